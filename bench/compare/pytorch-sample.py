"""Samples from an untrained character-level language model in PyTorch and prints its speed as one line of JSON.

The counterpart of `charrnn sample` at temperature 1: each of N texts draws one character per step from the softmax of
its logits. Each N is run on nn.LSTM and the like (one call for all layers) and on nn.LSTMCell and the like (less
overhead per call), each for a quarter of the time; the faster counts. Symbols: N texts, V vocabulary size, H hidden
size.
"""

import argparse
import json
import os
import statistics
import time

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--cell", choices=["rnn", "lstm", "gru"], default="lstm")
parser.add_argument("--layers", type=int, default=2)
parser.add_argument("--hidden", type=int, default=128)
parser.add_argument("--vocabulary", type=int, default=65)
parser.add_argument("--seconds", type=float, default=10, help="for all four runs together")
parser.add_argument("--threads", type=int, default=os.cpu_count())
options = parser.parse_args()
V, H = options.vocabulary, options.hidden

# Before the import: torch.set_num_threads does not affect an OpenBLAS with its own threads.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(options.threads)
# OpenMP's idle threads spin by default and take the cores from OpenBLAS: half the speed with 2 threads on 2 cores.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import torch
from torch import nn

torch.set_num_threads(options.threads)
torch.manual_seed(1)
WARM_UP = 20  # characters of each text

whole = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[options.cell](V, H, options.layers)
cell = {"rnn": nn.RNNCell, "lstm": nn.LSTMCell, "gru": nn.GRUCell}[options.cell]
cells = [cell(V if layer == 0 else H, H) for layer in range(options.layers)]
decoder = nn.Linear(H, V)
one_hot = torch.eye(V)


def by_module(x, state):
    """One step of x (N,V): the top layer's output (N,H) and the new state."""
    output, state = whole(x[None], state)
    return output[0], state


def by_cells(x, state):
    """Like by_module."""
    after = []
    for layer, before in zip(cells, state or [None] * len(cells)):
        after.append(layer(x, before))
        x = after[-1][0] if options.cell == "lstm" else after[-1]
    return x, after


def speed(step, N):
    """Characters per second of N texts together."""
    symbols, state, texts, durations = torch.zeros(N, dtype=torch.long), None, [], []
    end = time.perf_counter() + options.seconds / 4
    while time.perf_counter() < end or len(durations) < 2 * WARM_UP:
        begin = time.perf_counter()
        output, state = step(one_hot[symbols], state)
        symbols = torch.multinomial(torch.softmax(decoder(output), 1), 1)[:, 0]
        texts.append(symbols.tolist())
        durations.append(time.perf_counter() - begin)
    return round(N / statistics.median(durations[WARM_UP:]))


with torch.no_grad():
    speeds = {f"N={N}": max(speed(by_module, N), speed(by_cells, N)) for N in (1, 64)}
print(json.dumps({"charactersPerSecond": speeds, "threads": options.threads}))
