# Stand-in for the package `safetensors`, which Debian's PyTorch comes without: reads a file of float32 tensors by the format's own words.
# https://github.com/huggingface/safetensors#format
import json
import struct

import torch


def load_file(path):
    with open(path, 'rb') as file:
        content = file.read()
    (length,) = struct.unpack('<Q', content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop('__metadata__', None)
    tensors = {}
    for name, info in header.items():
        begin, end = info['data_offsets']
        assert info['dtype'] == 'F32'
        data = bytearray(content[8 + length + begin : 8 + length + end])
        tensors[name] = torch.frombuffer(data, dtype=torch.float32).reshape(info['shape'])
    return tensors
