"""PyTorch's twins of the four models of other people, trained with torch.optim.Adam on the same first weights and examples.

Usage: pytorch.py MODEL JOB_FOLDER THREADS nhwc|nchw. Speaks the line protocol of child.ts, reads the files of other-job.ts.
OMP_WAIT_POLICY=passive keeps its threads quiet while it is not its turn.
"""

import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

LEARNING_RATE = 1e-3


def batch_norm(p, name, x):
    """By the batch's own moments; moving statistics are kept by no contender."""
    return F.batch_norm(x, None, None, p[name + ".scale"], p[name + ".offset"], training=True, eps=1e-5)


def linear(p, name, x):
    return F.linear(x, p[name + ".weight"], p[name + ".bias"])


def dense_loss(p, x, y):
    x = torch.relu(linear(p, "1", x))
    x = torch.relu(linear(p, "2", x))
    return F.cross_entropy(linear(p, "3", x), y)


def lenet_loss(p, x, y):
    for name, padding in (("conv1", 2), ("conv2", 0)):
        x = F.conv2d(x, p[name + ".weight"], p[name + ".bias"], padding=padding)
        x = F.max_pool2d(torch.relu(x), 2)
    x = x.permute(0, 2, 3, 1).flatten(1)  # the order of tfjs's rows; of channels-last maps this is no copy
    x = torch.relu(linear(p, "dense1", x))
    x = torch.relu(linear(p, "dense2", x))
    return F.cross_entropy(linear(p, "dense3", x), y)


def mobilenet_loss(p, x, y):
    x = F.relu6(batch_norm(p, "stem", F.conv2d(x, p["stem.weight"], padding=1)))
    for i, stride in enumerate((1, 2, 1, 2)):
        name = str(i) + ".depthwise"
        x = F.conv2d(x, p[name + ".weight"], stride=stride, padding=1, groups=x.shape[1])
        x = F.relu6(batch_norm(p, name, x))
        name = str(i) + ".pointwise"
        x = F.relu6(batch_norm(p, name, F.conv2d(x, p[name + ".weight"])))
    return F.cross_entropy(linear(p, "head", x.mean((2, 3))), y)


def u_net_loss(p, x, y):
    def block(name, x):
        return torch.relu(batch_norm(p, name, F.conv2d(x, p[name + ".weight"], padding=1)))

    skipped = block("down", x)
    bottom = block("bottom", F.max_pool2d(skipped, 2))
    raised = F.interpolate(bottom, scale_factor=2, mode="nearest")
    x = block("up", torch.cat([raised, skipped], 1))
    return F.binary_cross_entropy_with_logits(F.conv2d(x, p["head.weight"], p["head.bias"]), y)


LOSSES = {"dense": dense_loss, "lenet": lenet_loss, "mobilenet": mobilenet_loss, "u-net": u_net_loss}


def layout_of(values, name, memory_format):
    """[KH, KW, C, OC] to [OC, C, KH, KW], a depthwise [KH, KW, C, 1] to [C, 1, KH, KW], [in, out] to [out, in]."""
    if values.dim() == 2:
        return values.t().contiguous()
    if values.dim() == 4:
        order = (2, 3, 0, 1) if "depthwise" in name else (3, 2, 0, 1)
        return values.permute(order).contiguous(memory_format=memory_format)
    return values.clone()


def main(name, folder, threads, layout):
    torch.set_num_threads(threads)
    memory_format = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    with open(os.path.join(folder, "job.json")) as file:
        job = json.load(file)

    def maps(values):  # [N, H, W, C] as [N, C, H, W] in the wanted memory format
        return values.permute(0, 3, 1, 2).contiguous(memory_format=memory_format) if values.dim() == 4 else values

    def read(file, kind, shape):
        values = np.fromfile(os.path.join(folder, file), dtype=kind)
        return torch.from_numpy(values).reshape(shape)

    x = maps(read("x.f32", "<f4", [job["batch"]] + job["x"]))
    y = read("y.i32", "<i4", [job["batch"]] + job["y"])
    y = maps(y.float()) if y.dim() == 4 else y.long()
    flat = read("weights.f32", "<f4", [-1])
    parameters = {
        p["name"]: layout_of(flat[p["offset"] : p["offset"] + p["size"]].reshape(p["shape"]), p["name"], memory_format)
        for p in job["parameters"]
    }
    for parameter in parameters.values():
        parameter.requires_grad_()
    optimizer = torch.optim.Adam(parameters.values(), LEARNING_RATE)
    loss_of = LOSSES[name]

    def step():
        optimizer.zero_grad()
        loss_of(parameters, x, y).backward()
        optimizer.step()

    def run(steps):
        cpu, times = time.process_time(), []
        for _ in range(steps):
            before = time.perf_counter()
            step()
            times.append(1000 * (time.perf_counter() - before))
        return {"steps": times, "cpuMilliseconds": 1000 * (time.process_time() - cpu)}

    title = "PyTorch " + torch.__version__ + ("" if x.dim() == 2 else " (" + layout.upper() + ")")
    answer({"name": title, "threads": threads, "does": "training", "images": job["batch"]})
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "loss":
            with torch.no_grad():
                answer({"loss": float(loss_of(parameters, x, y))})
        else:
            answer(run(request["steps"]))


def answer(value):
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
