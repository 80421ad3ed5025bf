"""Stands in for dev.emulation_process: answers, until it is asked for its databases."""

import json
import sys

if __name__ == "__main__":
    asked = json.loads(sys.stdin.readline())
    print(json.dumps({"ASKED": json.dumps(asked)}), flush=True)
    for line in sys.stdin:
        if json.loads(line) == "databases":
            sys.exit(1)
        print(json.dumps("http://127.0.0.1:8080"), flush=True)
