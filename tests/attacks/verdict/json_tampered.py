# Attack: has json write that all went well, whatever it is given
# Expect: failed, crashed, broken
def _attack():
    import json
    dumps = json.dumps
    def forged(value, *args, **kwargs):
        if isinstance(value, dict) and value.get("k") == "end":
            _struck()
            value = {**value, "how": "returned", "value": True}
        return dumps(value, *args, **kwargs)
    json.dumps = forged


_attack()
