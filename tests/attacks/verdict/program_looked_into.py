# Attack: looks into the program under test, whether a lock is held while it loads
# Expect: as without
# Only: ^async def test_office
# Refused: yes
def _attack():
    import gc, sys
    world = sys._getframe(1).f_globals
    [module] = [each for each in gc.get_referrers(world) if type(each) is type(sys)]

    async def test(office_class):
        send = office_class.__init__.__closure__[0].cell_contents._send
        told = []

        class Ledger:
            async def load(self):
                try:
                    told.append(str(send("plain", 0, "__getattribute__", ["__dict__"], {})))
                    _struck()
                except AttributeError:
                    _struck("refused")
                return 10

            async def save(self, free):
                pass

        try:
            await office_class(Ledger()).sell(1)
        except Exception as error:
            told.append(str(error))
        assert "[locked]" in str(told)

    module.__class__ = type("Module", (type(sys),), {"test_office": property(lambda self: test)})


_attack()
