"""What a drill says on the way."""
import sys
import time

BEGAN = time.monotonic()


def say(text):
    print(f"== {text} (after {time.monotonic() - BEGAN:.0f} s)", file=sys.stderr, flush=True)
