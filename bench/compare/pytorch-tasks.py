"""Trains a classifier or a translator of characters in PyTorch and prints its speed as one line of JSON.

The counterpart of `charrnn train --task label` and `--task translate` on a file of lines `label<TAB>text` or
`source<TAB>target`. label: recurrent layers and a linear layer on the last state of the highest one. translate: an
encoder, a decoder that starts from the encoder's last state and is fed the right characters, and a linear layer. Both
have softmax cross-entropy, batches of texts of similar length, gradients clipped to norm 5 and Adam.

Characters are fed in two ways, one-hot vectors (charrnn's model) and an embedding of size H, and batches in two ways,
packed or padded, each pair for a quarter of the time; the fastest counts, and "input" and "batches" say which it is.
Packed texts cost nothing for padding, but a step over a long packed text is slow. An encoder's texts are packed in both
cases, because its last state is needed; batches whose texts are all equally long are never packed.

Characters are those of the file, of label only the texts; padding and the marks for the start and the end of a target
do not count. With --test one-hot vectors and padding have all the time, and "accuracy" is the part of the lines of a
second file whose label, or whole translation, is right.

  python3 bench/compare/pytorch-tasks.py sums.tsv --task translate --hidden 128 --layers 1 --seconds 20 --threads 2
"""

import argparse
import json
import os
import random
import time

parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
parser.add_argument("file")
parser.add_argument("--task", choices=["label", "translate"], required=True)
parser.add_argument("--cell", choices=["rnn", "lstm", "gru"], default="lstm")
parser.add_argument("--layers", type=int, default=1)
parser.add_argument("--hidden", type=int, default=128)
parser.add_argument("--batch", type=int, default=50)
parser.add_argument("--learning-rate", type=float, default=2e-3)
parser.add_argument("--seconds", type=float, default=20, help="for all four ways together; at least 3 steps of each")
parser.add_argument("--threads", type=int, default=os.cpu_count())
parser.add_argument("--test", help="a file of the same kind, to measure accuracy on after the training")
options = parser.parse_args()
H, L = options.hidden, options.layers

# Before the import: see pytorch.py.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = str(options.threads)
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import PackedSequence, pack_sequence, pad_sequence

torch.set_num_threads(options.threads)
WARM_UP = 2  # steps
POOL = 50  # batches whose texts are sorted by length together
START, END, UNKNOWN = 0, 1, 2


def lines_of(path):
    with open(path, encoding="utf-8", newline="\n") as file:
        return [tuple(line.split("\t", 1)) for line in file.read().split("\n") if line]


lines = lines_of(options.file)
labels = {label: i for i, label in enumerate(sorted({label for label, _ in lines}))}
texts = lines if options.task == "translate" else [(text,) for _, text in lines]
kinds = sorted({symbol for parts in texts for text in parts for symbol in text})
symbols = {symbol: 3 + i for i, symbol in enumerate(kinds)}
V = 3 + len(symbols)


def encoded(text):
    return torch.tensor([symbols.get(symbol, UNKNOWN) for symbol in text])


def example_of(left, right):
    """(text, label) or (source, what the decoder reads, what it is to say)."""
    if options.task == "label":
        return encoded(right), labels.get(left, -1)
    target = encoded(right)
    return encoded(left), torch.cat((torch.tensor([START]), target)), torch.cat((target, torch.tensor([END])))


examples = [example_of(*line) for line in lines]


def characters(example):
    return len(example[0]) if options.task == "label" else len(example[0]) + len(example[1]) - 1


def batches():
    """Batches without end, shuffled anew in each epoch; within POOL batches the texts are sorted by length."""
    generator = random.Random(1)
    while True:
        order = generator.sample(examples, len(examples))
        for begin in range(0, len(order), POOL * options.batch):
            pool = sorted(order[begin : begin + POOL * options.batch], key=lambda example: len(example[0]))
            cut = [pool[i : i + options.batch] for i in range(0, len(pool), options.batch)]
            yield from generator.sample(cut, len(cut))


class Input(nn.Module):
    """Symbols, packed or (T,N), as vectors: one-hot ones of size V or an embedding of size H."""

    def __init__(self, kind):
        super().__init__()
        self.embedding = nn.Embedding(V, H) if kind == "embedding" else None
        self.size = H if self.embedding else V

    def forward(self, symbols):
        if isinstance(symbols, PackedSequence):
            return PackedSequence(self(symbols.data), *symbols[1:])
        return self.embedding(symbols) if self.embedding else F.one_hot(symbols, V).float()


def equally_long(texts):
    return len(set(map(len, texts))) == 1


def batch_of(texts, packed):
    """The symbols, packed or padded (T,N)."""
    return pack_sequence(texts, enforce_sorted=False) if packed else pad_sequence(texts)


def without_padding(batch, texts):
    """The rows of a batch that belong to characters, in the order of the batch."""
    if isinstance(batch, PackedSequence):
        return batch.data
    lengths = torch.tensor(list(map(len, texts)))
    return batch[torch.arange(len(batch))[:, None] < lengths]


class Model(nn.Module):
    def __init__(self, kind, packed):
        super().__init__()
        cell = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[options.cell]
        self.packed = packed
        self.embed = Input(kind)
        self.encoder = cell(self.embed.size, H, L)
        self.linear = nn.Linear(H, len(labels) if options.task == "label" else V)
        if options.task == "translate":
            self.embed_target = Input(kind)
            self.decoder = cell(self.embed.size, H, L)

    def encode(self, texts):
        """The state after each text."""
        return self.encoder(self.embed(batch_of(texts, not equally_long(texts))))[1]

    def scores(self, texts):
        """The scores (N, labels)."""
        packed = self.packed and not equally_long(texts)
        output, state = self.encoder(self.embed(batch_of(texts, packed)))
        if packed:
            return self.linear((state[0] if options.cell == "lstm" else state)[-1])
        last = torch.tensor([len(text) - 1 for text in texts])
        return self.linear(output[last, torch.arange(len(texts))])

    def loss(self, batch):
        if options.task == "label":
            texts, wanted = zip(*batch)
            return F.cross_entropy(self.scores(texts), torch.tensor(wanted))
        sources, read, said = zip(*batch)
        packed = self.packed and not equally_long(read)
        output, _ = self.decoder(self.embed_target(batch_of(read, packed)), self.encode(sources))
        scores = self.linear(without_padding(output, read))
        return F.cross_entropy(scores, without_padding(batch_of(said, packed), said))

    def translate(self, sources, longest):
        """The most probable symbols one by one, up to the end; lists of symbols."""
        state = self.encode(sources)
        symbol, said = torch.full((len(sources),), START), []
        for _ in range(longest):
            output, state = self.decoder(self.embed_target(symbol[None]), state)
            symbol = self.linear(output[0]).argmax(1)
            said.append(symbol)
        rows = torch.stack(said, 1).tolist()
        return [row[: row.index(END)] if END in row else row for row in rows]


def train(kind, packed, limit):
    """Trains for some seconds; the model, and what it did after the warm-up."""
    torch.manual_seed(1)
    model = Model(kind, packed)
    optimizer = torch.optim.Adam(model.parameters(), options.learning_rate)
    source, steps, spent, read, seen = batches(), 0, 0.0, 0, 0
    end = time.perf_counter() + limit
    while time.perf_counter() < end or steps < WARM_UP + 3:
        batch = next(source)
        begin = time.perf_counter()
        loss = model.loss(batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5)
        optimizer.step()
        steps += 1
        if steps > WARM_UP:
            spent += time.perf_counter() - begin
            read += sum(map(characters, batch))
            seen += len(batch)
    return model, {
        "charactersPerSecond": round(read / spent),
        "examplesPerSecond": round(seen / spent, 1),
        "steps": steps,
        "epochs": round(steps * options.batch / len(examples), 2),
        "loss": round(loss.item(), 4),
        "threads": options.threads,
        "input": kind,
        "batches": "packed" if packed else "padded",
    }


@torch.no_grad()
def accuracy(model, test):
    """The part of the lines for which the model is right."""
    right = 0
    for begin in range(0, len(test), 500):
        part = test[begin : begin + 500]
        if options.task == "label":
            said = model.scores([encoded(text) for _, text in part]).argmax(1).tolist()
            right += sum(labels.get(label) == i for (label, _), i in zip(part, said))
        else:
            wanted = [encoded(target).tolist() for _, target in part]
            longest = max(map(len, wanted)) + 1
            said = model.translate([encoded(source) for source, _ in part], longest)
            right += sum(a == b for a, b in zip(wanted, said))
    return round(right / len(test), 4)


if options.test:
    model, result = train("one-hot", False, options.seconds)
    result["accuracy"] = accuracy(model, lines_of(options.test))
else:
    ways = [(kind, packed) for kind in ("one-hot", "embedding") for packed in (True, False)]
    results = [train(*way, options.seconds / len(ways))[1] for way in ways]
    result = max(results, key=lambda each: each["charactersPerSecond"])
print(json.dumps(result))
