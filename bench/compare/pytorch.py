"""Trains a character-level language model in PyTorch and prints its speed as one line of JSON.

The counterpart of `charrnn train`: recurrent layers, decoder, softmax cross-entropy, gradient clipped to norm 5, Adam,
state carried from step to step and detached. The text is random, because its content does not affect the speed.

Layer 0 is fed in two ways, one-hot vectors of size V (charrnn's model) and an embedding of size H, each for half of the
time; the faster counts, and "input" says which one it is. Symbols: N batch size, T sequence length, V vocabulary size,
H hidden size.
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
parser.add_argument("--batch", type=int, default=50)
parser.add_argument("--sequence", type=int, default=50)
parser.add_argument("--vocabulary", type=int, default=65)
parser.add_argument("--seconds", type=float, default=20, help="for both inputs together; at least 3 steps of each")
parser.add_argument("--threads", type=int, default=os.cpu_count())
options = parser.parse_args()
N, T, V, H = options.batch, options.sequence, options.vocabulary, options.hidden

# Before the import: torch.set_num_threads does not affect an OpenBLAS with its own threads.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(options.threads)
# OpenMP's idle threads spin by default and take the cores from OpenBLAS: half the speed with 2 threads on 2 cores.
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import torch
from torch import nn
from torch.nn import functional as F

torch.set_num_threads(options.threads)
WARM_UP = 2  # steps


class OneHot(nn.Module):
    """Symbols (T,N) as vectors (T,N,V)."""

    def forward(self, symbols):
        return F.one_hot(symbols, V).float()


def seconds_of_steps(embed, size, limit):
    """The durations of the steps after the warm-up, for a model whose layer 0 reads embed(symbols) (T,N,size)."""
    torch.manual_seed(1)
    recurrent = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[options.cell](size, H, options.layers)
    decoder = nn.Linear(H, V)
    parameters = [p for module in (embed, recurrent, decoder) for p in module.parameters()]
    optimizer = torch.optim.Adam(parameters, 2e-3)
    text = torch.randint(V, (N, 100 * T + 1)).t().contiguous()  # N streams side by side
    state, durations, end = None, [], time.perf_counter() + limit
    while time.perf_counter() < end or len(durations) < WARM_UP + 3:
        begin = time.perf_counter()
        at = len(durations) % 100 * T
        output, state = recurrent(embed(text[at : at + T]), state)
        state = tuple(s.detach() for s in state) if options.cell == "lstm" else state.detach()
        loss = F.cross_entropy(decoder(output).view(-1, V), text[at + 1 : at + T + 1].view(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters, 5)
        optimizer.step()
        durations.append(time.perf_counter() - begin)
    return durations[WARM_UP:]


results = []
for name, embed, size in (("one-hot", OneHot(), V), ("embedding", nn.Embedding(V, H), H)):
    durations = seconds_of_steps(embed, size, options.seconds / 2)
    speed = round(N * T / statistics.median(durations))
    results.append({"charactersPerSecond": speed, "steps": len(durations), "threads": options.threads, "input": name})
print(json.dumps(max(results, key=lambda result: result["charactersPerSecond"])))
