"""The command line: arguments, progress, exit codes. Work is done elsewhere, and imported only when asked for."""

from __future__ import annotations

import io
import os
import shlex
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, Never, Self

import typer

from tengbol.errors import UnusableInputError

if TYPE_CHECKING:
    from collections.abc import Callable

app = typer.Typer(
    name="tengbol",
    help="Distribute writs among private court enforcers as evenly as the rules allow, and prove it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

#: Exit codes of a command that was interrupted from the keyboard, or told to end: 128 and the signal's number.
_STOPPED: Final = (130, 143)

Input = Annotated[Path, typer.Argument(metavar="INPUT", help="Folder of CSV or Parquet tables, or one .xlsx workbook.")]


@app.command("run")
def run_command(
    source: Input,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the result; written whole.")],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE-TIME", help="The batch's time, 2026-11-23T18:00:00; without it, now."),
    ] = None,
    seed: Annotated[
        str | None, typer.Option("--seed", metavar="HEX", help="Seed of the lot; without it, a fresh one is drawn.")
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option("--processes", metavar="N", min=1, help="Searches side by side; the result is the same."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option("--cluster", metavar="ADDRESS", help="A dask scheduler's address or file: search there."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", metavar="FILE", help="TOML settings: MCI, calendar, search limit.")
    ] = None,
) -> None:
    """Distribute one batch, files to files."""
    from tengbol.config import load
    from tengbol.runner import as_of_from, run, seed_from

    moment, hexadecimal, settings = as_of_from(as_of), seed_from(seed), load(config)
    with _Progress() as progress:
        result, reading = run(
            source,
            out,
            as_of=moment,
            seed=hexadecimal,
            config=settings,
            processes=processes or os.cpu_count() or 1,
            cluster=cluster,
            progress=progress.show,
        )
    for warning in reading.warnings:
        _say(f"note: {warning}", err=True)
    proof = result.proof
    _say(
        f"{result.counts['assigned']} writs assigned, {len(result.unassigned)} unassigned, "
        f"{len(reading.rejected)} rows rejected."
    )
    _say(_verdict("Σe² by category", proof.objective, proof.lower_bound))
    _say(_verdict("Σe² of totals", proof.objective_total, proof.lower_bound_total))
    _say(f"Seed {result.seed}, as of {result.as_of.isoformat()}.")
    _say(f"Result in {out}; open {out / 'summary.html'}; check with: {_command('verify', source, out)}")


@app.command("verify")
def verify_command(
    source: Input,
    result: Annotated[Path, typer.Argument(metavar="DIR", help="Result folder of `tengbol run`.")],
) -> None:
    """Re-check a result by itself, without the code that made it."""
    from tengbol.verify import verify

    report = verify(source, result)
    _say(str(report))
    if not report.ok:
        raise typer.Exit(1)


@app.command("demo")
def demo_command(
    out: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to.")],
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Another seed, another chamber.")] = 1,
    xlsx: Annotated[bool, typer.Option("--xlsx", help="One workbook instead of a folder of tables.")] = False,
    national: Annotated[bool, typer.Option("--national", help="The whole country instead of one chamber.")] = False,
    writs: Annotated[int | None, typer.Option("--writs", metavar="N", min=1, help="How many writs.")] = None,
) -> None:
    """Write a realistic chamber, or country, to try; its day is 2026-11-23."""
    from tengbol.scenarios.demo import demo

    made = demo(out, seed=seed, xlsx=xlsx, national=national, writs=writs)
    _say(
        f"Wrote {made}; try: {_command('run', made, '--out', out.parent / 'result', '--as-of', '2026-11-23T18:00:00')}"
    )


def main() -> None:
    """Run the command line; what the user can mend ends with one sentence and exit code 2, never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that knows no Kazakh letters still shows the rest.
            stream.reconfigure(errors="backslashreplace")
    signal.signal(signal.SIGINT, _stop)
    signal.signal(signal.SIGTERM, _stop)
    try:
        app()
    except UnusableInputError as error:
        _fail(str(error), 2)
    except SystemExit as end:
        if end.code in _STOPPED:
            _fail("stopped; a result is written whole or not at all, so nothing half done is left.", end.code)
        raise
    except Exception as error:
        if "TENGBOL_DEBUG" in os.environ:
            raise
        _fail(f"a fault of tengbol itself, please report it: {type(error).__name__}: {error}", 3)


def _stop(number: int, _frame: object) -> Never:
    """End the searches in other processes, which nobody would wait for, and then the command."""
    from multiprocessing import active_children

    for search in active_children():
        search.terminate()
    sys.exit(128 + number)


def _say(sentence: str, *, err: bool = False) -> None:
    """Print a line. Whoever reads no further (`| head -1`) has read enough: the exit code still tells the truth."""
    stream = sys.stderr if err else sys.stdout
    if stream is None:
        return
    try:
        print(sentence, file=stream, flush=True)
    except OSError as error:
        # What is still in the stream would fail again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if not isinstance(error, BrokenPipeError):
            raise UnusableInputError(
                f"what there was to say could not be printed ({error.strerror}); what was written to disk is whole."
            ) from error


def _fail(sentence: str, code: int) -> Never:
    with suppress(UnusableInputError):
        _say(f"tengbol: {sentence}", err=True)
    sys.exit(code)


def _command(*words: object) -> str:
    """Write a command of ours as it can be pasted into a shell."""
    return shlex.join(["tengbol", *map(str, words)])


def _verdict(name: str, objective: int, bound: int) -> str:
    value = f"{objective / 1e6:,.6f} squared writs"
    if objective == bound:
        return f"{name}: {value}, proven least."
    return f"{name}: {value}, not proven; at least {bound / 1e6:,.6f}."


class _Progress:
    """A bar on a terminal, nothing in a pipe."""

    def __enter__(self) -> Self:
        self.show: Callable[[str, int, int], None] = lambda *_: None
        self._bar = None
        if sys.stderr is not None and sys.stderr.isatty():
            from rich.console import Console
            from rich.progress import Progress

            bar = self._bar = Progress(console=Console(stderr=True), transient=True)
            bar.start()
            task = bar.add_task("read", total=None)

            def show(stage: str, done: int, of: int) -> None:
                bar.update(task, description=stage, completed=done, total=of or 1)

            self.show = show
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar:
            self._bar.stop()
