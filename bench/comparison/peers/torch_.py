# SPDX-License-Identifier: BSL-1.0
"""PyTorch, as it is and by torch.compile, on the CPU and on a GPU. What is compiled writes into memory that is
there, so that its fused loop has the same one read and one write; on a GPU data and results are there.
The compiled functions are written for the compiler: one expression each."""
import shutil

import torch

if shutil.which("g++") is None and shutil.which("c++") is None:
    no_compiler = "torch.compile needs a C++ compiler"
else:
    no_compiler = None
where = torch.device("cpu")


def why_not(given):
    global where
    if given.peer.startswith("cuda_"):
        if not torch.cuda.is_available():
            return "this PyTorch sees no GPU"
        where = torch.device("cuda")
    if given.peer.endswith("compiled") and where.type == "cpu":
        return no_compiler
    return None


def finish():
    if where.type == "cuda":
        torch.cuda.synchronize()


def compiled(given, f):
    """The function, or what torch.compile makes of it, for the shapes that it meets."""
    if not given.peer.endswith("compiled"):
        return f
    return torch.compile(f, dynamic=False, mode="max-autotune-no-cudagraphs" if where.type == "cuda" else None)


def host(y):
    return y.cpu().numpy()


def moments(x, ends=True):
    """Count, mean and squares in float64 of what is there, the least, the greatest, the missing."""
    gone = torch.isnan(x)
    n = len(x) - gone.sum(0, dtype=torch.float32).double()  # exact to 2^24, and the quickest count of all
    wide = torch.where(gone, torch.zeros((), device=x.device), x)
    mean = wide.sum(0, dtype=torch.float64) / n
    about = torch.where(gone, torch.zeros((), device=x.device), x - mean.float())
    short = about.sum(0, dtype=torch.float64) / n  # what rounding the mean has cost
    squares = (about * about).sum(0, dtype=torch.float64) - n * short * short
    least = torch.where(gone, torch.inf, x).amin(0) if ends else None
    greatest = torch.where(gone, -torch.inf, x).amax(0) if ends else None
    return n, mean.float().double() + short, squares, least, greatest, len(x) - n


def scaler(mean, variance):
    deviation = variance.sqrt()
    deviation = torch.where(deviation == 0, 1.0, deviation)
    return mean.float(), (1 / deviation).float()


def learned(x, ends=False):
    _, mean, squares, least, greatest, _ = moments(x, ends)
    return scaler(mean, squares / len(x)) + (least, greatest)


def scaled(x, mean, reciprocal):
    return (torch.where(torch.isnan(x), mean, x) - mean) * reciprocal


def prepare(given, x, labels):
    torch.set_num_threads(given.cores)
    torch.set_grad_enabled(False)
    if not x.flags.c_contiguous:
        x = torch.from_numpy(x.T).to(where).T
    else:
        x = torch.from_numpy(x).to(where)
    labels = None if labels is None else torch.from_numpy(labels).to(where)
    made = globals().get("do_" + given.work)
    return made and made(given, x, labels)


def into(given, x, expression):
    """y, and a call that writes the expression of x there."""
    y = torch.ones_like(x)
    if given.peer.endswith("compiled"):
        f = compiled(given, lambda x, y: y.copy_(expression(x)))
        return y, lambda: f(x, y)
    return y, lambda: y.copy_(expression(x))


def do_scale(given, x, labels):
    mean, reciprocal, _, _ = learned(x)
    if given.peer.endswith("compiled"):
        y, call = into(given, x, lambda x: scaled(x, mean, reciprocal).clamp(-3, 3))
    else:
        y = torch.ones_like(x)

        def call():  # in place wherever it can be: no memory but the mask
            torch.where(torch.isnan(x), mean, x, out=y)
            y.sub_(mean).mul_(reciprocal).clamp_(-3, 3)

    def once(keep=None):
        call()
        if keep:
            keep(host(y))
    return once


def do_batch(given, x, labels):
    mean, reciprocal, _, _ = learned(x)
    size = given.rows_per_batch
    y = torch.ones_like(x[:size])
    f = compiled(given, lambda x, y: y.copy_(scaled(x, mean, reciprocal).clamp(-3, 3)))

    def plain(some, y):
        torch.where(torch.isnan(some), mean, some, out=y)
        y.sub_(mean).mul_(reciprocal).clamp_(-3, 3)
    if not given.peer.endswith("compiled"):
        f = plain

    def once(keep=None):
        for at in range(0, given.batches * size, size):
            f(x[at:at + size], y)
            if keep:
                keep(host(y))
    return once


def do_norm(given, x, labels):
    mean, _, _, _ = learned(x)

    def expression(x):
        z = torch.where(torch.isnan(x), mean, x)
        size = (z * z).sum(1, keepdim=True).sqrt()
        return z / torch.where(size == 0, 1.0, size)
    if given.peer.endswith("compiled"):
        y, call = into(given, x, expression)
    else:
        y = torch.ones_like(x)

        def call():
            torch.where(torch.isnan(x), mean, x, out=y)
            y.div_(torch.linalg.vector_norm(y, dim=1, keepdim=True))

    def once(keep=None):
        call()
        if keep:
            keep(host(y))
    return once


def do_fit(given, x, labels):
    def found(x):
        n, mean, squares, least, greatest, gone = moments(x)
        return torch.stack([mean, squares / n, least.double(), greatest.double(), gone.double()])
    f = compiled(given, found)

    def once(keep=None):
        result = f(x)
        if keep:
            keep(host(result))
    return once


def do_fit_transform(given, x, labels):
    def expression(x):
        mean, reciprocal, _, _ = learned(x)
        return scaled(x, mean, reciprocal)
    y, call = into(given, x, expression)

    def once(keep=None):
        call()
        if keep:
            keep(host(y))
    return once


def do_drop(given, x, labels):
    whole = ~torch.isnan(x).any(1)
    n, mean, squares, *_ = moments(x[whole])
    mean, reciprocal = scaler(mean, squares / n)
    which = compiled(given, lambda x: ~torch.isnan(x).any(1))
    after = compiled(given, lambda some: (some - mean) * reciprocal)
    plain = not given.peer.endswith("compiled")

    def once(keep=None):
        some = x[which(x)]
        y = some.sub_(mean).mul_(reciprocal) if plain else after(some)
        if keep:
            keep(host(y))
    return once


def do_sample(given, x, labels):
    mean, reciprocal, _, _ = learned(x)
    half = len(x) // 2
    y = torch.ones_like(x[:half])
    fused = compiled(given, lambda x, order, y: y.copy_(scaled(x[order], mean, reciprocal)))

    def plain(x, order, y):
        torch.index_select(x, 0, order, out=y)
        torch.where(torch.isnan(y), mean, y, out=y)
        y.sub_(mean).mul_(reciprocal)
    f = fused if given.peer.endswith("compiled") else plain

    def once(keep=None):
        order = torch.randperm(len(x), device=where)[:half]
        f(x, order, y)
        ids = labels[order]
        if keep:
            keep(host(y), host(ids))
    return once


def do_full(given, x, labels):
    """The chain once over the table, and batches picked from what it made."""
    size = given.rows_per_batch

    def expression(x):
        mean, _, least, greatest = learned(x, ends=True)
        reach = greatest - least
        slope = 2 / torch.where(reach == 0, 1.0, reach)
        return (torch.where(torch.isnan(x), mean, x) - least) * slope - 1
    y, call = into(given, x, expression)

    def once(keep=None):
        call()
        order = torch.randperm(len(x), device=where)
        for rows in order.split(size):
            batch, ids = y[rows], labels[rows]
            if keep:
                keep(host(batch), host(ids))
    return once


def do_length(given, x, labels):
    mean = learned(x)[0]
    steps = [lambda z: torch.where(torch.isnan(z), mean, z)]

    def standardize(z):
        middle, reciprocal, _, _ = learned(z)
        return lambda z: (z - middle) * reciprocal

    def between(z):
        least, greatest = z.amin(0), z.amax(0)
        reach = greatest - least
        slope = 2 / torch.where(reach == 0, 1.0, reach)
        return lambda z: (z - least) * slope - 1

    def largest(z):
        most = z.abs().amax(0)
        factor = 1 / torch.where(most == 0, 1.0, most)
        return lambda z: z * factor

    def bounds(low, high):
        return lambda z: lambda z: z.clamp(low, high)
    z = steps[0](x)
    for make in [standardize, bounds(-3, 3), between, bounds(-0.9, 0.9), standardize, bounds(-2, 2),
                 largest][:given.stages - 1]:
        steps.append(make(z))
        z = steps[-1](z)
    del z

    def expression(x):
        for step in steps:
            x = step(x)
        return x
    y, call = into(given, x, expression)

    def once(keep=None):
        call()
        if keep:
            keep(host(y))
    return once
