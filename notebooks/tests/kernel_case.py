"""A kernel as Jupyter meets it: cells go in, messages come out."""

import os
import re
import shutil
import time
import unittest

from jupyter_client.manager import KernelManager

COLOUR = re.compile(r"\x1b\[[\d;]*m")
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


class Answer:
    def __init__(self):
        self.stdout = self.stderr = self.error = self.traceback = ""
        self.data, self.payload = [], []


class KernelCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.manager = KernelManager(kernel_name="stylegrad-c")
        cls.manager.start_kernel()
        cls.client = cls.manager.client()
        cls.client.start_channels()
        cls.client.wait_for_ready(timeout=60)

    @classmethod
    def tearDownClass(cls):
        cls.client.stop_channels()
        cls.manager.shutdown_kernel(now=False)

    def setUp(self):
        if "STYLEGRAD_MINE" in os.environ:  # what other tests have written
            shutil.rmtree(os.environ["STYLEGRAD_MINE"], ignore_errors=True)
        self.run_cell("%restart")

    def begin(self, code):
        # Otherwise a cell sent right behind a failed one is dropped.
        return self.client.execute(code, stop_on_error=False)

    def interrupt(self, message):
        """Interrupts a cell that runs. Until a kernel says that a cell has begun, an interrupt
        is none of the cell's, and is lost; then it is compiled."""
        while True:
            got = self.client.get_iopub_msg(timeout=60)
            if got["parent_header"].get("msg_id") == message and \
                    got["msg_type"] == "execute_input":
                break
        time.sleep(1)
        self.manager.interrupt_kernel()

    def end(self, message, timeout=60):
        answer = Answer()
        while True:
            got = self.client.get_iopub_msg(timeout=timeout)
            if got["parent_header"].get("msg_id") != message:
                continue
            kind, content = got["msg_type"], got["content"]
            if kind == "stream":
                setattr(answer, content["name"],
                        getattr(answer, content["name"]) + content["text"])
            elif kind == "display_data":
                answer.data.append(content["data"])
            elif kind == "error":
                answer.traceback += "\n".join(content["traceback"])
                answer.error += COLOUR.sub("", answer.traceback)
            elif kind == "status" and content["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == message:
                answer.payload = reply["content"].get("payload", [])
                if not answer.error.startswith("line"):  # sentences are wrapped
                    answer.error = " ".join(answer.error.split())
                return answer

    def run_cell(self, code):
        return self.end(self.begin(code))

    def good(self, code):
        answer = self.run_cell(code)
        self.assertEqual(answer.error, "", code)
        self.assertNotIn("error", answer.stderr, code)
        return answer.stdout
