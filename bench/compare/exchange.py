"""Loads what `charrnn export` wrote into PyTorch, and compares the logits of a text with those that charrnn computes.

    node build/bench/exchange.js            # exports models of every cell and runs this
    python3 bench/compare/exchange.py model.safetensors text.txt logits.npy

Prints the largest difference. Needs PyTorch (Debian: python3-torch) and NumPy.
"""

import json
import struct
import sys

import numpy as np
import torch


def load(path):
    """Reads a safetensors file: its tensors, and its metadata."""
    data = open(path, "rb").read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    metadata = header.pop("__metadata__")
    tensors = {
        name: torch.frombuffer(bytearray(data[8 + length + begin : 8 + length + end]), dtype=torch.float32).reshape(t["shape"])
        for name, t in header.items()
        for begin, end in [t["data_offsets"]]
    }
    return tensors, metadata


class Model(torch.nn.Module):
    def __init__(self, cell, layers, hidden, symbols):
        super().__init__()
        self.rnn = {"rnn": torch.nn.RNN, "lstm": torch.nn.LSTM, "gru": torch.nn.GRU}[cell](symbols, hidden, layers)
        self.decoder = torch.nn.Linear(hidden, symbols)

    def forward(self, x, state=None):
        y, state = self.rnn(torch.nn.functional.one_hot(x, self.rnn.input_size).float(), state)
        return self.decoder(y), state


tensors, metadata = load(sys.argv[1])
symbols = json.loads(metadata["vocabulary"])
model = Model(metadata["cell"], int(metadata["layers"]), int(metadata["hidden"]), len(symbols))
model.load_state_dict(tensors)
index = {symbol: i for i, symbol in enumerate(symbols)}
text = open(sys.argv[2], encoding="utf-8", newline="").read()
with torch.no_grad():
    logits, _ = model(torch.tensor([[index[c]] for c in text]))
print(f"{np.abs(logits[:, 0].numpy() - np.load(sys.argv[3])).max():.2e}")
