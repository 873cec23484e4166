"""PyTorch as a contender of the bench: the same model, weights, images and noise, trained with torch.optim.Adam.

Usage: pytorch.py JOB_FOLDER THREADS nhwc|nchw. Speaks the line protocol of child.ts, reads the files of job.ts.
OMP_WAIT_POLICY=passive keeps its threads quiet while it is not its turn.
"""

import json
import os
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F


def read_floats(folder, name):
    return torch.from_numpy(np.fromfile(os.path.join(folder, name), dtype="<f4"))


def load_parameters(folder, job):
    """Weights [kh, kw, a, b] become [b, a, kh, kw], which is PyTorch's layout of both kinds of layer."""
    flat = read_floats(folder, "parameters.f32")
    parameters = {}
    for p in job["parameters"]:
        values = flat[p["offset"] : p["offset"] + p["size"]].reshape(p["shape"])
        values = values.permute(3, 2, 0, 1).contiguous() if values.dim() == 4 else values.clone()
        assert list(values.shape) == p["torchShape"], p["name"]
        parameters[p["name"]] = values
    return parameters


def run_layers(job, parameters, prefix, x):
    for layer in job["layers"]:
        if not layer["name"].startswith(prefix):
            continue
        convolve = F.conv2d if layer["kind"] == "Conv2d" else F.conv_transpose2d
        weight, bias = (parameters[layer["name"] + "." + part] for part in ("weight", "bias"))
        x = convolve(x, weight, bias, layer["stride"], layer["padding"])
        x = torch.tanh(x) if layer["activation"] == "tanh" else torch.relu(x)
    return x


def loss_of(job, parameters, images, noise):
    hidden = run_layers(job, parameters, "encoder.", images)
    if job["spec"]["kind"] == "ae":
        return F.mse_loss(run_layers(job, parameters, "decoder.", hidden), images)
    mean = run_layers(job, parameters, "enc_out_1.", hidden)
    log_variance = run_layers(job, parameters, "enc_out_2.", hidden)
    latent = mean + torch.exp(0.5 * log_variance) * noise
    divergence = -0.5 * torch.mean(1 + log_variance - mean * mean - torch.exp(log_variance))
    reconstruction = F.mse_loss(run_layers(job, parameters, "decoder.", latent), images)
    return reconstruction + job["klWeight"] * divergence


def main(folder, threads, layout):
    torch.set_num_threads(threads)
    with open(os.path.join(folder, "job.json")) as file:
        job = json.load(file)
    memory_format = torch.channels_last if layout == "nhwc" else torch.contiguous_format
    count, spec = job["count"], job["spec"]

    def maps(name, shape):  # [N, H, W, C] as [N, C, H, W] in the wanted memory format
        return read_floats(folder, name).reshape([count] + shape).permute(0, 3, 1, 2).contiguous(memory_format=memory_format)

    images = maps("images.f32", [spec["height"], spec["width"], 3])
    noise = maps("noise.f32", job["latent"]) if spec["kind"] == "vae" else None
    parameters = {
        name: (p.contiguous(memory_format=memory_format) if p.dim() == 4 else p).requires_grad_()
        for name, p in load_parameters(folder, job).items()
    }
    optimizer = torch.optim.Adam(parameters.values(), job["lr"])

    def step():
        optimizer.zero_grad()
        # New noise each step, as training draws it; drawing is part of the step.
        drawn = torch.randn_like(noise) if noise is not None else None
        loss_of(job, parameters, images, drawn).backward()
        optimizer.step()

    def run(steps):
        cpu, times = time.process_time(), []
        for _ in range(steps):
            before = time.perf_counter()
            step()
            times.append(1000 * (time.perf_counter() - before))
        return {"steps": times, "cpuMilliseconds": 1000 * (time.process_time() - cpu)}

    name = "PyTorch " + torch.__version__ + " (" + layout.upper() + ")"
    answer({"name": name, "threads": threads, "does": "training", "images": count})
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "loss":
            with torch.no_grad():
                answer({"loss": float(loss_of(job, parameters, images, noise))})
        else:
            answer(run(request["steps"]))


def answer(value):
    print(json.dumps(value), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
