"""Starts Jupyter for make notebooks, at the student's copies: serve.py [lab] OPTIONS ...

Pages in Markdown, to which the notebooks have links, are sent as text in UTF-8; without that
the browser would guess, and show no Chinese."""

import importlib.util
import mimetypes
import runpy
import sys

MINE = "/tree/notebooks/mine"


def main():
    lab = sys.argv[1:2] == ["lab"]
    program = "jupyterlab" if lab else "notebook"
    if importlib.util.find_spec(program) is None:
        advice = "apt install jupyterlab (from Debian 13 on), or pip3 install --user " \
            "--break-system-packages jupyterlab" if lab else "./setup.sh --notebooks"
        sys.exit(f"{program} is missing: {advice}; then once more")
    if lab:
        del sys.argv[1]
        sys.argv.insert(1, f"--LabApp.default_url=/lab{MINE}")
    else:  # Notebook 6 reads the first, Notebook 7 the second
        sys.argv[1:1] = [f"--NotebookApp.default_url={MINE}",
                         f"--JupyterNotebookApp.default_url={MINE}"]
    # Whoever reaches the server runs programs as you: this machine only, with Jupyter's token.
    sys.argv.insert(1, "--ip=127.0.0.1")
    mimetypes.add_type("text/plain; charset=UTF-8", ".md")
    runpy.run_module(program, run_name="__main__", alter_sys=True)


main()
