# SPDX-License-Identifier: BSL-1.0
"""Who takes part, and the process of each: started, spoken to a line at a time, stopped while others run."""
import collections
import ctypes
import os
import queue
import signal
import subprocess
import sys
import threading

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.dirname(os.path.dirname(here))

# How a peer is called in tables and pictures, and its colour there. What a peer is: docs/comparison.md.
Peer = collections.namedtuple("Peer", "name label colour kind")
peers = {peer.name: peer for peer in [
    Peer("smelt", "smelt", "#d1495b", "cpu"),
    Peer("smelt_one", "smelt, one core", "#e9a3ac", "cpu"),
    Peer("by_hand", "fused loop by hand", "#2e4057", "cpu"),
    Peer("eigen", "Eigen by hand", "#3a7ca5", "cpu"),
    Peer("unfused", "smelt, a pass a stage", "#8d99ae", "cpu"),
    Peer("numpy", "NumPy", "#edae49", "cpu"),
    Peer("numpy_threads", "NumPy, blocks in threads", "#c98a1b", "cpu"),
    Peer("scikit_learn", "scikit-learn", "#66a182", "cpu"),
    Peer("scikit_learn_threads", "scikit-learn, rows in threads", "#3f7a5b", "cpu"),
    Peer("torch", "PyTorch", "#9b5de5", "cpu"),
    Peer("torch_compiled", "PyTorch, compiled", "#5f2a99", "cpu"),
    Peer("cuda_smelt", "smelt on the GPU", "#a3001e", "gpu"),
    Peer("cuda_smelt_copy", "smelt on the GPU, with the copy", "#d66853", "gpu"),
    Peer("cuda_smelt_copy_back", "smelt on the GPU, copied there and back", "#e7a58f", "gpu"),
    Peer("cuda_smelt_packed", "smelt on the GPU, packed data copied", "#7a9e3f", "gpu"),
    Peer("cuda_by_hand", "fused kernel by hand", "#101820", "gpu"),
    Peer("cuda_thrust", "Thrust, a call a stage", "#7d8597", "gpu"),
    Peer("cuda_cub", "CUB transform", "#33658a", "gpu"),
    Peer("cuda_torch", "PyTorch on the GPU", "#b388eb", "gpu"),
    Peer("cuda_torch_compiled", "PyTorch on the GPU, compiled", "#6d2fb3", "gpu"),
    Peer("cuda_cupy", "CuPy", "#2a9d8f", "gpu"),
    Peer("copy", "a copy", "#444444", "ceiling"),
    Peer("streamed_copy", "a copy past the caches", "#000000", "ceiling"),
    Peer("read", "a read", "#000000", "ceiling"),
    Peer("cuda_copy", "a copy on the GPU", "#000000", "gpu ceiling"),
    Peer("cuda_read", "a read on the GPU", "#000000", "gpu ceiling"),
]}
in_python = ["numpy", "numpy_threads", "scikit_learn", "scikit_learn_threads", "torch", "torch_compiled",
             "cuda_torch", "cuda_torch_compiled", "cuda_cupy"]


def with_me():
    """In a child, before it runs: it ends when the driver does, also where it is stopped."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Silent(Exception):
    """A peer that ended, or said nothing for too long."""


class Process:
    """One peer with one work."""

    def __init__(self, command, limit=300):
        self.limit = limit
        self.errors = ""
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, start_new_session=True,
                                        preexec_fn=with_me)
        self.lines = queue.Queue()
        threading.Thread(target=self.listen, daemon=True).start()
        threading.Thread(target=self.complain, daemon=True).start()

    def listen(self):
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def complain(self):
        for line in self.process.stderr:
            self.errors = (self.errors + line)[-4000:]

    def answer(self):
        try:
            line = self.lines.get(timeout=self.limit)
        except queue.Empty:
            raise Silent(f"no answer in {self.limit} s")
        if line is None:
            status = self.process.wait()
            raise Silent(f"ended with status {status}: " + (self.errors.strip().split("\n") or [""])[-1])
        if line.startswith("error"):
            raise Silent(line)
        return line

    def ask(self, text):
        try:
            self.process.stdin.write(text + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # the answer tells why
        return self.answer()

    def signal(self, which):
        """To it and what it started: a compiler's helpers, threads of any kind."""
        try:
            os.killpg(self.process.pid, which)
        except ProcessLookupError:
            pass

    def stop(self):
        self.signal(signal.SIGSTOP)

    def go_on(self):
        self.signal(signal.SIGCONT)

    def end(self):
        self.go_on()
        try:
            self.process.stdin.write("quit\n")
            self.process.stdin.close()
            self.process.wait(timeout=20)
        except (OSError, subprocess.TimeoutExpired):
            self.signal(signal.SIGKILL)
            self.process.wait()


def arguments(case, peer, data, labels):
    """Ceilings are one work of their own, over the data of the case."""
    given = ["--peer", peer, "--work", "ceiling" if peers[peer].kind.endswith("ceiling") else case.work,
             "--data", data]
    if labels:
        given += ["--labels", labels]
    for name, value in case.options.items():
        given += ["--" + name.replace("_", "-"), str(value)]
    return given


def command_of(peer, work, programs):
    """What starts a peer: Python, or the program that has it."""
    if peer in in_python:
        return [sys.executable, os.path.join(here, "peer.py")]
    yours = "yours_" if work == "yours" and not peers[peer].kind.endswith("ceiling") else ""
    return [programs[yours + ("cuda" if peer.startswith("cuda_") else "cpu")]]


def listed(program):
    """(work, peer) pairs that a program has."""
    said = subprocess.run([program, "--list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return {tuple(line.split()) for line in said.splitlines() if line.strip()}
