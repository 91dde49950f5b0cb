"""Large invented exports for benchmarks: the example channel's posts, multiplied with changed words."""

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).resolve().parent.parent / "examples" / "result.json"
LEAKS = Path(__file__).resolve().parent.parent / "tests" / "data" / "example_leaks.json"


def write_export(path: Path, posts: int, *, leak_share: float = 0.01, seed: int = 1) -> int:
    """Write a single-chat export of so many posts as Telegram Desktop does; how many are leaks comes back."""
    example = json.loads(EXAMPLE.read_text(encoding="utf-8"))
    leak_ids = set(json.loads(LEAKS.read_text(encoding="utf-8"))["leaks"])
    messages = [message for message in example["messages"] if message["type"] == "message" and message["text"]]
    leaks = [message for message in messages if message["id"] in leak_ids]
    chatter = [message for message in messages if message["id"] not in leak_ids]
    chosen = random.Random(seed)
    written_leaks = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('{\n "name": "Benchmark",\n "type": "public_channel",\n "id": 1390471563,\n "messages": [\n')
        for number in range(posts):
            is_leak = chosen.random() < leak_share
            written_leaks += is_leak
            message = {**chosen.choice(leaks if is_leak else chatter), "id": number + 1}
            if not is_leak:
                message = _reworded(message, chosen)
            file.write((",\n" if number else "") + json.dumps(message, ensure_ascii=False, indent=1))
        file.write("\n ]\n}\n")
    return written_leaks


def _reworded(message: dict[str, Any], chosen: random.Random) -> dict[str, Any]:
    """The same sentence with words swapped and invented ones among them: text no cache has seen."""
    text = message["text"] if isinstance(message["text"], str) else "".join(_strings(message["text"]))
    words = text.split()
    chosen.shuffle(words)
    words += ["".join(chosen.choices("aeioulmnrstdp", k=chosen.randint(4, 9))) for _ in range(len(words) // 3)]
    return {**message, "text": " ".join(words), "text_entities": []}


def _strings(pieces: list[Any]) -> Iterator[str]:
    for piece in pieces:
        yield piece if isinstance(piece, str) else piece["text"]
