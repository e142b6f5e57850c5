"""Codes of the Children in Need census that we read (`formats.md` 3)."""

DISABILITIES = frozenset("MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA".split())
NO_DISABILITY = "NONE"
REFERRAL_SOURCES = frozenset("1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10".split())
NEEDS = frozenset(f"N{digit}" for digit in range(10))
ABUSE = frozenset(("NEG", "PHY", "SAB", "EMO", "MUL"))
FACTORS = frozenset(
    [f"{number}{letter}" for number in range(1, 7) for letter in "ABC"]
    + [f"8{letter}" for letter in "BCDEF"]
    + [f"{number}A" for number in (7, *range(9, 18), 22, 23, 24)]
    + [f"{number}{letter}" for number in (18, 19) for letter in "ABC"]  # 18A and 19A: retired, still sent
    + ["20", "21"]
)
