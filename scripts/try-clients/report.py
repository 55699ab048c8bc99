"""What every trial of a client starts with: where the chains are, and how it tells what works."""

import json
import os
import sys
import traceback

URLS = json.loads(os.environ.get("DEVNET", "{}"))
_failed = 0


def say(what, problem):
    global _failed
    if problem is not None:
        _failed += 1
    print(json.dumps({"what": what, "problem": problem}), flush=True)


def trying(what, work):
    try:
        work()
        say(what, None)
    except Exception:
        say(what, traceback.format_exc())


def done():
    sys.exit(0 if _failed == 0 else 1)
