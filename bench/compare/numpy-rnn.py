"""Trains a vanilla character-level RNN in plain numpy and prints its speed as one line of JSON.

The minimal loop from which many learn recurrent networks: one text at a time (N = 1), one character per step, one-hot
column vectors, one layer, gradients clipped by value to 5, Adagrad. Symbols: T sequence length, V vocabulary size,
H hidden size.
"""

import argparse
import json
import os
import statistics
import time

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("--hidden", type=int, default=100)
parser.add_argument("--sequence", type=int, default=25)
parser.add_argument("--vocabulary", type=int, default=65)
parser.add_argument("--seconds", type=float, default=5)
parser.add_argument("--threads", type=int, default=1, help="more do not speed up products this small")
options = parser.parse_args()

# Before the import, because numpy's BLAS reads them when it is loaded.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(options.threads)

import numpy as np

WARM_UP = 5  # steps


def initial(V, H, seed=1):
    """Parameters Wx (H,V), Wh (H,H), b (H,1), decoder W (V,H), c (V,1)."""
    random = np.random.default_rng(seed)
    normal = lambda *shape: 0.01 * random.standard_normal(shape)
    return {"Wx": normal(H, V), "Wh": normal(H, H), "b": np.zeros((H, 1)), "W": normal(V, H), "c": np.zeros((V, 1))}


def loss_and_gradients(p, inputs, targets, h):
    """Total nats, gradients and the final state of T symbols, given the T that follow them and the state h (H,1)."""
    V = len(p["c"])
    xs, hs, shares, loss = [], [h], [], 0.0
    for symbol, target in zip(inputs, targets):
        x = np.zeros((V, 1))
        x[symbol] = 1
        h = np.tanh(p["Wx"] @ x + p["Wh"] @ h + p["b"])
        logits = p["W"] @ h + p["c"]
        share = np.exp(logits - logits.max())
        share /= share.sum()
        loss -= np.log(share[target, 0])
        xs.append(x)
        hs.append(h)
        shares.append(share)
    d = {name: np.zeros_like(w) for name, w in p.items()}
    carried = np.zeros_like(h)
    for t in reversed(range(len(xs))):
        dy = shares[t].copy()
        dy[targets[t]] -= 1
        d["W"] += dy @ hs[t + 1].T
        d["c"] += dy
        da = (1 - hs[t + 1] ** 2) * (p["W"].T @ dy + carried)
        d["b"] += da
        d["Wx"] += da @ xs[t].T
        d["Wh"] += da @ hs[t].T
        carried = p["Wh"].T @ da
    return loss, d, h


T, V, H = options.sequence, options.vocabulary, options.hidden
text = np.random.default_rng(2).integers(V, size=1000 * T + 1)
p = initial(V, H)
squares = {name: np.zeros_like(w) for name, w in p.items()}
h, durations, end = np.zeros((H, 1)), [], time.perf_counter() + options.seconds
while time.perf_counter() < end or len(durations) < WARM_UP + 3:
    begin = time.perf_counter()
    at = len(durations) % 1000 * T
    _, d, h = loss_and_gradients(p, text[at : at + T], text[at + 1 : at + T + 1], h)
    for name, gradient in d.items():
        np.clip(gradient, -5, 5, out=gradient)
        squares[name] += gradient * gradient
        p[name] -= 0.1 * gradient / np.sqrt(squares[name] + 1e-8)
    durations.append(time.perf_counter() - begin)
durations = durations[WARM_UP:]
speed = round(T / statistics.median(durations))
print(json.dumps({"charactersPerSecond": speed, "steps": len(durations), "threads": options.threads}))
