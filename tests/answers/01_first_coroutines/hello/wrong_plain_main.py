# Mistake: gives up on asyncio: a plain function that sleeps.
# Caught by: three greetings started together take one second, not three

import time


def main() -> None:
    print("Hello ...")
    time.sleep(1)
    print("... World!")


if __name__ == "__main__":
    main()
