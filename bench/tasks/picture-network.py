"""Trains a convolutional network that classifies generated pictures, and writes it in ONNX format.

    node build/bench/tasks/generate.js shapes --count 30000 --seed 2 --output made
    /usr/bin/python3 bench/tasks/picture-network.py made/shapes.npy made/shapes.txt network.onnx

It learns what there is to know about a picture (how many shapes, how they stand, and of each its size, colour and
kind), as a classifier of photographs learns their classes. The layer before the answers is named `features`: what
`charrnn vectors --output features` takes. Needs PyTorch (Debian: python3-torch).
"""

import sys

import numpy as np
import torch
from torch import nn

SIZES, COLOURS, KINDS = ["small", "large"], ["red", "green", "blue", "yellow"], ["circle", "square", "triangle"]
PLACES = [f"{row} {column}".strip() for row in ("top", "", "bottom") for column in ("left", "", "right")]
PLACES[4] = "middle"


def classes(text):
    """The answers to all questions: number, direction, place, then size, colour and kind of each; -1 without answer."""
    direction = 0 if " left of " in text else 1 if " above " in text else -1
    named = text.replace(" above ", " left of ").split(" left of ")
    place = PLACES.index(text.split(" the ")[1]) if len(named) == 1 else -1
    shapes = [part.split()[1:4] for part in named]
    each = [
        (SIZES.index(shapes[i][0]), COLOURS.index(shapes[i][1]), KINDS.index(shapes[i][2])) if i < len(shapes) else (-1,) * 3
        for i in range(3)
    ]
    return [len(shapes) - 1, direction, place, *[answer for one in each for answer in one]]


QUESTIONS = [3, 2, 9] + [2, 4, 3] * 3


class PictureNetwork(nn.Module):
    def __init__(self, side, width=256):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
            nn.Conv2d(32, 32, 3, padding=1), nn.ReLU(), nn.Flatten(),
        )
        self.features = nn.Sequential(nn.Linear(32 * (side // 4) ** 2, width), nn.ReLU())
        self.answers = nn.Linear(width, sum(QUESTIONS))

    def forward(self, pictures):
        features = self.features(self.convolutions(pictures))
        return features, self.answers(features)


def main(vectors, texts, output, epochs=12, batch=100):
    torch.manual_seed(1)
    pixels = np.load(vectors)
    side = int((pixels.shape[1] / 3) ** 0.5)
    pictures = torch.tensor(pixels).reshape(-1, 3, side, side)
    answers = torch.tensor([classes(line) for line in open(texts).read().splitlines()])
    network = PictureNetwork(side)
    count = len(pictures) * 9 // 10
    steps = epochs * (count // batch)
    optimizer = torch.optim.Adam(network.parameters(), 2e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 2e-3, steps)

    def all_right(outputs, wanted):
        parts = torch.split(outputs, QUESTIONS, 1)
        return torch.stack([(p.argmax(1) == w) | (w < 0) for p, w in zip(parts, wanted.T)]).all(0).float().mean()

    for epoch in range(epochs):
        for rows in torch.randperm(count).split(batch)[: count // batch]:
            parts = torch.split(network(pictures[rows])[1], QUESTIONS, 1)
            wanted = answers[rows].T
            loss = sum(
                nn.functional.cross_entropy(p, w, ignore_index=-1) for p, w in zip(parts, wanted) if (w >= 0).any()
            )
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            right = all_right(network(pictures[count:])[1], answers[count:])
        print(f"epoch {epoch + 1}: {right:.4f} of the held-out pictures answered without a mistake", flush=True)
    torch.onnx.export(
        network.eval(), pictures[:1], output, input_names=["pictures"], output_names=["features", "answers"],
        dynamic_axes={name: {0: "N"} for name in ("pictures", "features", "answers")},
    )


main(*sys.argv[1:4])
