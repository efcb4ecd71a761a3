"""How well and how fast demands find achievements, beside plain BM25 over the same texts.

    make bench-matching TEXTS=folder                       # 100,000 achievements
    ROWS=20000 QUESTIONS=300 make bench-matching TEXTS=folder

Three sets with known answers, made of the papers of `csl_dev_test`: a paper's title asks for the
paper whose title was left out; its human keywords ask for the same; the keywords of other papers
ask for those, registered whole. Plain BM25 (k1 1.2, b 0.75, all words of the question, title and
abstract as one text, the average length of these texts) answers the same questions in process.
Then the real demands of enterprises are matched with things of every kind: the whole request over
HTTP, one after the other. A text with the same title counts as the same answer.
"""

import gzip
import json
import math
import os
import statistics
import sys
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import httpx

from kit.auth import Principal, Role
from kit.db import Database
from kit.directory import Directory
from kit.embedded import EmbeddedPostgres
from kit.jobs import Work
from kit.logs import set_up_logs
from kit.settings import Settings
from migrations.run import create_databases, upgrade
from services.achievements.main import HOUSE, create_app
from services.achievements.rules.kinds import ImportKind
from services.achievements.rules.words import cut_words, rarity
from services.achievements.usecases import imports
from services.achievements.usecases.import_runs import run_import
from services.achievements.usecases.search import count_all_words
from tests.bench.imports import write_lines
from tests.bench.processor import Meter, print_costs
from tests.bench.texts import FOLDER, UNIVERSITY, list_achievements
from tests.serving import call_as, serve

ROWS = int(os.environ.get("ROWS", "100000"))
QUESTIONS = int(os.environ.get("QUESTIONS", "1000"))
ENTERPRISE = Principal("bench-enterprise", Role.ENTERPRISE, "91370102MA3D000125", "某公司", "x")
BATCH = 500


@dataclass(frozen=True)
class Asked:
    """One question with its known answer: the title that the right paper really has."""

    set_name: str
    title: str
    keywords: tuple[str, ...]
    answer: str


def main() -> None:
    """Fill, ask, print."""
    set_up_logs("warning")
    papers = read_lines("csl_dev_test")
    items = list(shorten(list_achievements(ROWS), papers))
    asked = list(ask_of(papers))
    with tempfile.TemporaryDirectory(prefix="liurong-bench-") as folder:
        home = Path(folder)
        postgres = EmbeddedPostgres(home / "postgres", fast_and_unsafe=False)
        with postgres as url:
            base = f"{url.rsplit('/', 1)[0]}/bench"
            settings = Settings(database_url=base, data_dir=home)
            create_databases(base)
            upgrade("achievements", base)
            database = Database(settings.database_of("achievements"), info={"house": HOUSE})
            fill(Work(database, Directory(settings), settings), home / "rows.ndjson", items)
            database.close()
            with (
                serve(create_app(settings)) as address,
                call_as(address, settings, ENTERPRISE) as client,
            ):
                print(f"{len(items):,} achievements")
                judge(client, asked, [str(paper["title"]) for paper in papers], items)
                hurry(client, Meter(postgres.pid))


def read_lines(name: str) -> list[dict[str, object]]:
    """The rows of one of the files of real texts."""
    with gzip.open(FOLDER / f"{name}.jsonl.gz", "rt") as lines:
        return [json.loads(line) for line in lines]


def shorten(
    items: Iterator[dict[str, object]], papers: Sequence[object]
) -> Iterator[dict[str, object]]:
    """Every second of the papers loses its title; generated keywords are left out."""
    for number, item in enumerate(items):
        hidden = number < len(papers) and number % 2
        yield item | {"keywords": []} | ({"title": f"成果{number:05}"} if hidden else {})


def ask_of(papers: Sequence[dict[str, object]]) -> Iterator[Asked]:
    """The questions of the three sets."""
    step = max(len(papers) // (2 * QUESTIONS), 1) * 2
    for place in range(0, len(papers) - 1, step):
        whole, hidden = papers[place], papers[place + 1]
        words, others = tuple(whole["keywords"]), tuple(hidden["keywords"])
        title = str(hidden["title"])[:500]
        yield Asked("title, the paper without its title", title, (), title)
        yield Asked("keywords, the paper without its title", "、".join(others), others, title)
        yield Asked("keywords", "、".join(words), words, str(whole["title"])[:500])


def fill(work: Work, path: Path, items: Sequence[dict[str, object]]) -> None:
    """Import the texts; count the common words, as the job after an import does."""
    write_lines(path, items)
    caller = Principal("bench", Role.UNIVERSITY, UNIVERSITY, "山东某大学", "university")
    with work.database.write() as session, path.open("rb") as file:
        wanted = imports.Wanted(ImportKind.ACHIEVEMENTS)
        job = imports.start_import(session, caller, file, path.name, wanted)
    run_import(work, import_id=job["id"])
    count_all_words(work)
    with work.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as tidy:
        tidy.exec_driver_sql("VACUUM ANALYZE")


def draft(client: httpx.Client, demands: Sequence[dict[str, object]]) -> list[str]:
    """Draft demands in batches; their ids in order."""
    ids: list[str] = []
    for start in range(0, len(demands), BATCH):
        body = {"items": demands[start : start + BATCH]}
        answer = client.post("/v1/demands/batches", json=body).raise_for_status().json()
        ids += [item["id"] for item in answer["items"]]
    return ids


def judge(
    client: httpx.Client,
    asked: Sequence[Asked],
    real_titles: Sequence[str],
    items: Sequence[dict[str, object]],
) -> None:
    """nDCG@10 of matching and of plain BM25, set by set."""
    demands = [
        {
            "source_id": f"Q-{number}",
            "title": one.title,
            "problem": one.title,
            "keywords": list(one.keywords),
        }
        for number, one in enumerate(asked)
    ]
    ids = draft(client, demands)
    titles = [
        (real_titles[number] if number < len(real_titles) else str(item["title"]))[:500]
        for number, item in enumerate(items)
    ]
    really = {str(item["title"]): title for item, title in zip(items, titles, strict=True)}
    plain = PlainBm25(items)
    gains: defaultdict[str, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    for one, demand_id in zip(asked, ids, strict=True):
        path = f"/v1/demands/{demand_id}/matches"
        found = client.get(path, params={"kind": "achievements", "limit": 10}).json()["items"]
        ours = [really[item["name"]] for item in found]
        theirs = [titles[number] for number in plain.rank(one.title)]
        gains[one.set_name][0].append(gain(ours, one.answer))
        gains[one.set_name][1].append(gain(theirs, one.answer))
    for name, (ours, theirs) in gains.items():
        here, there = statistics.fmean(ours), statistics.fmean(theirs)
        print(f"nDCG@10 {here:.4f}, plain BM25 {there:.4f}: {here - there:+.4f}  ({name})")


def hurry(client: httpx.Client, meter: Meter) -> None:
    """The real demands, each matched with every kind; the first fifty warm up."""
    real = [
        {
            "source_id": f"R-{number}",
            "title": str(one["title"])[:500] or "需求",
            "problem": str(one["content"])[:20_000] or str(one["title"]),
        }
        for number, one in enumerate(read_lines("bdci2019_demands"))
    ]
    ids = draft(client, real)

    def match(demand_id: str) -> bool:
        answer = client.get(f"/v1/demands/{demand_id}/matches").raise_for_status()
        return bool(answer.json()["items"])

    measured = [meter.measure(partial(match, demand_id)) for demand_id in ids[:50] + ids][50:]
    print(f"{len(ids)} real demands, {sum(found for found, _ in measured)} with matches")
    print_costs([spent for _, spent in measured], "p99 < 100 ms at 100,000")


class PlainBm25:
    """The textbook: every word of the question, every document, one bag of words each."""

    def __init__(self, items: Sequence[dict[str, object]]) -> None:
        self.postings: defaultdict[str, tuple[array[int], array[int]]]
        self.postings = defaultdict(lambda: (array("i"), array("i")))
        self.lengths = array("i")
        for number, item in enumerate(items):
            words = Counter(cut_words(f"{item['title']}\n{item['abstract']}"))
            self.lengths.append(words.total())
            for word, times in words.items():
                documents, counts = self.postings[word]
                documents.append(number)
                counts.append(times)
        self.usual = sum(self.lengths) / len(self.lengths)

    def rank(self, question: str) -> list[int]:
        """The ten best documents."""
        scores: defaultdict[int, float] = defaultdict(float)
        for word in dict.fromkeys(cut_words(question)):
            documents, counts = self.postings.get(word, ((), ()))
            rare = rarity(len(documents), len(self.lengths))
            for number, times in zip(documents, counts, strict=True):
                damping = 1.2 * (0.25 + 0.75 * self.lengths[number] / self.usual)
                scores[number] += rare * times * 2.2 / (times + damping)
        return sorted(scores, key=lambda number: (-scores[number], -number))[:10]


def gain(titles: Sequence[str], wanted: str) -> float:
    """nDCG@10 where one answer is right."""
    return 1 / math.log2(titles.index(wanted) + 2) if wanted in titles else 0.0


if __name__ == "__main__":
    sys.exit(main())
