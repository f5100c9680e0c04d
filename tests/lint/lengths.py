#!/usr/bin/python3
"""Functions of at most 60 lines, files of at most 700."""
import subprocess
import sys

FUNCTION_MAX, FILE_MAX = 60, 700


def listed(*patterns):
    return subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns], capture_output=True, text=True,
                          check=True).stdout.split()


def main():
    errors = []
    sources = [f for f in listed("*.c") if not f.startswith("tests/")]
    tags = subprocess.run(["ctags", "--c-kinds=f", "--fields=+ne", "-f", "-", *sources], capture_output=True, text=True, check=True).stdout
    for line in tags.splitlines():
        fields = dict(p.split(":", 1) for p in line.split("\t")[3:] if ":" in p)
        if "line" in fields and "end" in fields:
            n = int(fields["end"]) - int(fields["line"]) + 1
            if n > FUNCTION_MAX:
                errors.append(f"{line.split(chr(9))[1]}: {line.split(chr(9))[0]} has {n} lines")
    for path in listed("*.c", "*.h"):
        with open(path, encoding="utf-8") as f:
            n = sum(1 for _ in f)
        if n > FILE_MAX:
            errors.append(f"{path} has {n} lines")
    print("\n".join(errors))
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
