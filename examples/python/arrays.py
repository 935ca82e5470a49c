#!/usr/bin/env python3
# SPDX-License-Identifier: BSL-1.0
"""Arrays of NumPy, PyTorch and pyarrow through a chain of smelt, without a copy on the way in or out.

    arrays.sh          builds the library beside this file's and runs it; what is not installed is skipped
"""
import ctypes
import importlib
import sys

library = ctypes.CDLL(sys.argv[1])
for function in (library.smelt_standardize_tensor, library.smelt_standardize_batch):
    function.restype = ctypes.c_char_p
python = ctypes.pythonapi
python.PyCapsule_GetPointer.restype = ctypes.c_void_p
python.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
python.PyCapsule_SetName.argtypes = [ctypes.py_object, ctypes.c_char_p]
python.PyCapsule_New.restype = ctypes.py_object
python.PyCapsule_New.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
USED = ctypes.create_string_buffer(b"used_dltensor")  # capsules keep the pointer
NAME = ctypes.create_string_buffer(b"dltensor")


class Tensor:
    """What the library returns, as an array of whoever asks."""

    def __init__(self, pointer):
        self.pointer = pointer

    def __dlpack__(self, **_):
        return python.PyCapsule_New(self.pointer, NAME, None)

    def __dlpack_device__(self):
        return (1, 0)  # a CPU


def standardize(array):
    """Of anything that has __dlpack__."""
    capsule = array.__dlpack__()
    tensor = python.PyCapsule_GetPointer(capsule, b"dltensor")
    python.PyCapsule_SetName(capsule, USED)  # from here on it is the library's
    out = ctypes.c_void_p()
    wrong = library.smelt_standardize_tensor(ctypes.c_void_p(tensor), ctypes.byref(out))
    if wrong:
        raise ValueError(wrong.decode())
    return Tensor(out.value)


def installed(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        print(f"{name}: skipped, it is not installed")
        return None


def expected(np, x):
    filled = np.where(np.isnan(x), np.nanmean(x, axis=0), x)
    return (filled - filled.mean(axis=0)) / filled.std(axis=0)


def main():
    np = installed("numpy")
    if np is None:
        return 77  # skipped
    x = np.random.default_rng(1).normal(size=(1000, 8)).astype(np.float32)
    x[::7, 3] = np.nan
    right = expected(np, x.astype(np.float64))
    for name, some in (("rows", x), ("columns", np.asfortranarray(x)), ("every second row", x[::2])):
        y = np.from_dlpack(standardize(some))
        off = np.abs(y - expected(np, some.astype(np.float64))).max()
        print(f"numpy, {name}: {y.shape}, off by {off:.1e}")
        assert y.shape == some.shape and off < 1e-5
    half = x.astype(np.float16)
    y = np.from_dlpack(standardize(half))
    off = np.abs(y - expected(np, half.astype(np.float64))).max()
    print(f"numpy, float16: {y.shape} {y.dtype}, off by {off:.1e}")
    assert y.dtype == np.float16 and off < 2.0**-9 + 1e-9  # half of a unit between 4 and 8
    try:
        standardize(np.zeros((5, 2), np.int16))
    except ValueError as wrong:
        print(f"numpy, int16: {wrong}")
    else:
        raise AssertionError("int16 was taken for float32")

    torch = installed("torch")
    if torch is not None:
        y = torch.from_dlpack(standardize(torch.from_numpy(x)))
        print(f"torch: {tuple(y.shape)}, off by {np.abs(y.numpy() - right).max():.1e}")
        assert np.abs(y.numpy() - right).max() < 1e-5
        given = torch.from_numpy(x).to(torch.bfloat16)
        y = torch.from_dlpack(standardize(given))
        off = np.abs(y.double().numpy() - expected(np, given.double().numpy())).max()
        print(f"torch, bfloat16: {tuple(y.shape)} {y.dtype}, off by {off:.1e}")
        assert y.dtype == torch.bfloat16 and off < 2.0**-6  # half of a unit between 4 and 8

    pa = installed("pyarrow")
    if pa is not None:
        columns = [pa.array(np.where(np.isnan(c), 0, c), mask=np.isnan(c)) for c in x.T]
        batch = pa.record_batch(columns, names=[f"c{i}" for i in range(8)])
        structs = [ctypes.create_string_buffer(size) for size in (72, 80, 72, 80)]
        schema, array, out_schema, out_array = (ctypes.addressof(s) for s in structs)
        batch._export_to_c(array, schema)
        wrong = library.smelt_standardize_batch(*(ctypes.c_void_p(a) for a in (schema, array, out_schema, out_array)))
        if wrong:
            raise ValueError(wrong.decode())
        back = pa.RecordBatch._import_from_c(out_array, out_schema)
        y = np.stack([c.to_numpy() for c in back.columns], axis=1)
        print(f"pyarrow: {y.shape}, {back.schema.names[0]} ..., off by {np.abs(y - right).max():.1e}")
        assert np.abs(y - right).max() < 1e-6 and back.schema.names == batch.schema.names
    return 0


sys.exit(main())
