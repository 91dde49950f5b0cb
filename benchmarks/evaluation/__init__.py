"""A published evaluation: invented posts over a real register, every disguise graded, peers on the same posts.

`python -m benchmarks.evaluation --help` is the way in; `docs/evaluation.md` holds what came out. The generator knows
nothing of how the engine works: it reads registers, writes posts, and says which answers a reader would accept.
"""
