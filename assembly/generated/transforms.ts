// Made by tools/transforms.js, which has the derivation: do not edit.
// Each function takes a square of values through one transform in both directions, for `vectors` vectors of four channels that lie side
// by side. Strides in bytes; `scratch` holds 8 x 8 x 2 vectors; `wide`: two vectors at a time. Output transforms add the bias, then take
// the larger of the result and `floor` (NaN stays).


export function data5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 160
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(t2a, f32x4.mul(t0a, f32x4.splat(-4)))
      const t5b = f32x4.add(t2b, f32x4.mul(t0b, f32x4.splat(-4)))
      const t6a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t6b = f32x4.add(t3b, f32x4.mul(t1b, f32x4.splat(-4)))
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-2)), f32x4.mul(t2a, f32x4.splat(2)))
      const t9b = f32x4.add(f32x4.mul(t0b, f32x4.splat(-2)), f32x4.mul(t2b, f32x4.splat(2)))
      const t10a = f32x4.sub(t3a, t1a)
      const t10b = f32x4.sub(t3b, t1b)
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      const t13b = f32x4.add(f32x4.add(t4b, f32x4.mul(t0b, f32x4.splat(4))), f32x4.mul(t2b, f32x4.splat(-5)))
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(t2a, f32x4.mul(t0a, f32x4.splat(-4)))
      const t5b = f32x4.add(t2b, f32x4.mul(t0b, f32x4.splat(-4)))
      const t6a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t6b = f32x4.add(t3b, f32x4.mul(t1b, f32x4.splat(-4)))
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-2)), f32x4.mul(t2a, f32x4.splat(2)))
      const t9b = f32x4.add(f32x4.mul(t0b, f32x4.splat(-2)), f32x4.mul(t2b, f32x4.splat(2)))
      const t10a = f32x4.sub(t3a, t1a)
      const t10b = f32x4.sub(t3b, t1b)
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      const t13b = f32x4.add(f32x4.add(t4b, f32x4.mul(t0b, f32x4.splat(4))), f32x4.mul(t2b, f32x4.splat(-5)))
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      from += 160
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t2a, f32x4.mul(t0a, f32x4.splat(-4)))
      const t6a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-2)), f32x4.mul(t2a, f32x4.splat(2)))
      const t10a = f32x4.sub(t3a, t1a)
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t2a, f32x4.mul(t0a, f32x4.splat(-4)))
      const t6a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-2)), f32x4.mul(t2a, f32x4.splat(2)))
      const t10a = f32x4.sub(t3a, t1a)
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function data6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 192
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      const t6b = f32x4.add(f32x4.add(t4b, f32x4.mul(t0b, f32x4.splat(4))), f32x4.mul(t2b, f32x4.splat(-5)))
      const t7a = f32x4.add(t4a, f32x4.mul(t2a, f32x4.splat(-4)))
      const t7b = f32x4.add(t4b, f32x4.mul(t2b, f32x4.splat(-4)))
      const t8a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t8b = f32x4.add(t3b, f32x4.mul(t1b, f32x4.splat(-4)))
      const t9a = f32x4.add(t7a, t8a)
      const t9b = f32x4.add(t7b, t8b)
      const t10a = f32x4.sub(t7a, t8a)
      const t10b = f32x4.sub(t7b, t8b)
      const t11a = f32x4.sub(t4a, t2a)
      const t11b = f32x4.sub(t4b, t2b)
      const t12a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-2)), f32x4.mul(t3a, f32x4.splat(2)))
      const t12b = f32x4.add(f32x4.mul(t1b, f32x4.splat(-2)), f32x4.mul(t3b, f32x4.splat(2)))
      const t13a = f32x4.add(t11a, t12a)
      const t13b = f32x4.add(t11b, t12b)
      const t14a = f32x4.sub(t11a, t12a)
      const t14b = f32x4.sub(t11b, t12b)
      const t15a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      const t15b = f32x4.add(f32x4.add(t5b, f32x4.mul(t1b, f32x4.splat(4))), f32x4.mul(t3b, f32x4.splat(-5)))
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      const t6b = f32x4.add(f32x4.add(t4b, f32x4.mul(t0b, f32x4.splat(4))), f32x4.mul(t2b, f32x4.splat(-5)))
      const t7a = f32x4.add(t4a, f32x4.mul(t2a, f32x4.splat(-4)))
      const t7b = f32x4.add(t4b, f32x4.mul(t2b, f32x4.splat(-4)))
      const t8a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t8b = f32x4.add(t3b, f32x4.mul(t1b, f32x4.splat(-4)))
      const t9a = f32x4.add(t7a, t8a)
      const t9b = f32x4.add(t7b, t8b)
      const t10a = f32x4.sub(t7a, t8a)
      const t10b = f32x4.sub(t7b, t8b)
      const t11a = f32x4.sub(t4a, t2a)
      const t11b = f32x4.sub(t4b, t2b)
      const t12a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-2)), f32x4.mul(t3a, f32x4.splat(2)))
      const t12b = f32x4.add(f32x4.mul(t1b, f32x4.splat(-2)), f32x4.mul(t3b, f32x4.splat(2)))
      const t13a = f32x4.add(t11a, t12a)
      const t13b = f32x4.add(t11b, t12b)
      const t14a = f32x4.sub(t11a, t12a)
      const t14b = f32x4.sub(t11b, t12b)
      const t15a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      const t15b = f32x4.add(f32x4.add(t5b, f32x4.mul(t1b, f32x4.splat(4))), f32x4.mul(t3b, f32x4.splat(-5)))
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      from += 192
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      const t7a = f32x4.add(t4a, f32x4.mul(t2a, f32x4.splat(-4)))
      const t8a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.sub(t4a, t2a)
      const t12a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-2)), f32x4.mul(t3a, f32x4.splat(2)))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      const t15a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(f32x4.add(t4a, f32x4.mul(t0a, f32x4.splat(4))), f32x4.mul(t2a, f32x4.splat(-5)))
      const t7a = f32x4.add(t4a, f32x4.mul(t2a, f32x4.splat(-4)))
      const t8a = f32x4.add(t3a, f32x4.mul(t1a, f32x4.splat(-4)))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.sub(t4a, t2a)
      const t12a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-2)), f32x4.mul(t3a, f32x4.splat(2)))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      const t15a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function data7(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 224
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(f32x4.add(t0a, t4a), f32x4.mul(t2a, f32x4.splat(-4.25)))
      const t7b = f32x4.add(f32x4.add(t0b, t4b), f32x4.mul(t2b, f32x4.splat(-4.25)))
      const t8a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t8b = f32x4.add(f32x4.add(t1b, t5b), f32x4.mul(t3b, f32x4.splat(-4.25)))
      const t9a = f32x4.add(t7a, t8a)
      const t9b = f32x4.add(t7b, t8b)
      const t10a = f32x4.sub(t7a, t8a)
      const t10b = f32x4.sub(t7b, t8b)
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.5)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(2)))
      const t11b = f32x4.add(f32x4.add(f32x4.mul(t0b, f32x4.splat(0.5)), f32x4.mul(t2b, f32x4.splat(-2.5))), f32x4.mul(t4b, f32x4.splat(2)))
      const t12a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(0.25))), f32x4.mul(t3a, f32x4.splat(-1.25)))
      const t12b = f32x4.add(f32x4.add(t5b, f32x4.mul(t1b, f32x4.splat(0.25))), f32x4.mul(t3b, f32x4.splat(-1.25)))
      const t13a = f32x4.add(t11a, t12a)
      const t13b = f32x4.add(t11b, t12b)
      const t14a = f32x4.sub(t11a, t12a)
      const t14b = f32x4.sub(t11b, t12b)
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(2)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(f32x4.mul(t0b, f32x4.splat(2)), f32x4.mul(t2b, f32x4.splat(-2.5))), f32x4.mul(t4b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      const t16b = f32x4.add(f32x4.add(t5b, f32x4.mul(t1b, f32x4.splat(4))), f32x4.mul(t3b, f32x4.splat(-5)))
      const t17a = f32x4.add(t15a, t16a)
      const t17b = f32x4.add(t15b, t16b)
      const t18a = f32x4.sub(t15a, t16a)
      const t18b = f32x4.sub(t15b, t16b)
      const t19a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      const t19b = f32x4.add(f32x4.add(f32x4.sub(t6b, t0b), f32x4.mul(t2b, f32x4.splat(5.25))), f32x4.mul(t4b, f32x4.splat(-5.25)))
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      q += move
      v128.store(q, t19a)
      v128.store(q, t19b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(f32x4.add(t0a, t4a), f32x4.mul(t2a, f32x4.splat(-4.25)))
      const t7b = f32x4.add(f32x4.add(t0b, t4b), f32x4.mul(t2b, f32x4.splat(-4.25)))
      const t8a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t8b = f32x4.add(f32x4.add(t1b, t5b), f32x4.mul(t3b, f32x4.splat(-4.25)))
      const t9a = f32x4.add(t7a, t8a)
      const t9b = f32x4.add(t7b, t8b)
      const t10a = f32x4.sub(t7a, t8a)
      const t10b = f32x4.sub(t7b, t8b)
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.5)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(2)))
      const t11b = f32x4.add(f32x4.add(f32x4.mul(t0b, f32x4.splat(0.5)), f32x4.mul(t2b, f32x4.splat(-2.5))), f32x4.mul(t4b, f32x4.splat(2)))
      const t12a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(0.25))), f32x4.mul(t3a, f32x4.splat(-1.25)))
      const t12b = f32x4.add(f32x4.add(t5b, f32x4.mul(t1b, f32x4.splat(0.25))), f32x4.mul(t3b, f32x4.splat(-1.25)))
      const t13a = f32x4.add(t11a, t12a)
      const t13b = f32x4.add(t11b, t12b)
      const t14a = f32x4.sub(t11a, t12a)
      const t14b = f32x4.sub(t11b, t12b)
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(2)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(f32x4.mul(t0b, f32x4.splat(2)), f32x4.mul(t2b, f32x4.splat(-2.5))), f32x4.mul(t4b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      const t16b = f32x4.add(f32x4.add(t5b, f32x4.mul(t1b, f32x4.splat(4))), f32x4.mul(t3b, f32x4.splat(-5)))
      const t17a = f32x4.add(t15a, t16a)
      const t17b = f32x4.add(t15b, t16b)
      const t18a = f32x4.sub(t15a, t16a)
      const t18b = f32x4.sub(t15b, t16b)
      const t19a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      const t19b = f32x4.add(f32x4.add(f32x4.sub(t6b, t0b), f32x4.mul(t2b, f32x4.splat(5.25))), f32x4.mul(t4b, f32x4.splat(-5.25)))
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      q += move
      v128.store(q, t19a)
      v128.store(q, t19b, 16)
      from += 224
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(f32x4.add(t0a, t4a), f32x4.mul(t2a, f32x4.splat(-4.25)))
      const t8a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.5)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(2)))
      const t12a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(0.25))), f32x4.mul(t3a, f32x4.splat(-1.25)))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(2)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      const t17a = f32x4.add(t15a, t16a)
      const t18a = f32x4.sub(t15a, t16a)
      const t19a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      q += move
      v128.store(q, t19a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(f32x4.add(t0a, t4a), f32x4.mul(t2a, f32x4.splat(-4.25)))
      const t8a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.5)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(2)))
      const t12a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(0.25))), f32x4.mul(t3a, f32x4.splat(-1.25)))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(2)), f32x4.mul(t2a, f32x4.splat(-2.5))), f32x4.mul(t4a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t5a, f32x4.mul(t1a, f32x4.splat(4))), f32x4.mul(t3a, f32x4.splat(-5)))
      const t17a = f32x4.add(t15a, t16a)
      const t18a = f32x4.sub(t15a, t16a)
      const t19a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      q += move
      v128.store(q, t19a)
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function data8(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 256
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      const t8b = f32x4.add(f32x4.add(f32x4.sub(t6b, t0b), f32x4.mul(t2b, f32x4.splat(5.25))), f32x4.mul(t4b, f32x4.splat(-5.25)))
      const t9a = f32x4.add(f32x4.add(t2a, t6a), f32x4.mul(t4a, f32x4.splat(-4.25)))
      const t9b = f32x4.add(f32x4.add(t2b, t6b), f32x4.mul(t4b, f32x4.splat(-4.25)))
      const t10a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t10b = f32x4.add(f32x4.add(t1b, t5b), f32x4.mul(t3b, f32x4.splat(-4.25)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(-1.25)))
      const t13b = f32x4.add(f32x4.add(t6b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(-1.25)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(2)))
      const t14b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(-2.5))), f32x4.mul(t5b, f32x4.splat(2)))
      const t15a = f32x4.add(t13a, t14a)
      const t15b = f32x4.add(t13b, t14b)
      const t16a = f32x4.sub(t13a, t14a)
      const t16b = f32x4.sub(t13b, t14b)
      const t17a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(-5)))
      const t17b = f32x4.add(f32x4.add(t6b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(-5)))
      const t18a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(0.5)))
      const t18b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(-2.5))), f32x4.mul(t5b, f32x4.splat(0.5)))
      const t19a = f32x4.add(t17a, t18a)
      const t19b = f32x4.add(t17b, t18b)
      const t20a = f32x4.sub(t17a, t18a)
      const t20b = f32x4.sub(t17b, t18b)
      const t21a = f32x4.add(f32x4.add(f32x4.sub(t7a, t1a), f32x4.mul(t3a, f32x4.splat(5.25))), f32x4.mul(t5a, f32x4.splat(-5.25)))
      const t21b = f32x4.add(f32x4.add(f32x4.sub(t7b, t1b), f32x4.mul(t3b, f32x4.splat(5.25))), f32x4.mul(t5b, f32x4.splat(-5.25)))
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t19a)
      v128.store(q, t19b, 16)
      q += move
      v128.store(q, t20a)
      v128.store(q, t20b, 16)
      q += move
      v128.store(q, t21a)
      v128.store(q, t21b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      const t8b = f32x4.add(f32x4.add(f32x4.sub(t6b, t0b), f32x4.mul(t2b, f32x4.splat(5.25))), f32x4.mul(t4b, f32x4.splat(-5.25)))
      const t9a = f32x4.add(f32x4.add(t2a, t6a), f32x4.mul(t4a, f32x4.splat(-4.25)))
      const t9b = f32x4.add(f32x4.add(t2b, t6b), f32x4.mul(t4b, f32x4.splat(-4.25)))
      const t10a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t10b = f32x4.add(f32x4.add(t1b, t5b), f32x4.mul(t3b, f32x4.splat(-4.25)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(-1.25)))
      const t13b = f32x4.add(f32x4.add(t6b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(-1.25)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(2)))
      const t14b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(-2.5))), f32x4.mul(t5b, f32x4.splat(2)))
      const t15a = f32x4.add(t13a, t14a)
      const t15b = f32x4.add(t13b, t14b)
      const t16a = f32x4.sub(t13a, t14a)
      const t16b = f32x4.sub(t13b, t14b)
      const t17a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(-5)))
      const t17b = f32x4.add(f32x4.add(t6b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(-5)))
      const t18a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(0.5)))
      const t18b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(-2.5))), f32x4.mul(t5b, f32x4.splat(0.5)))
      const t19a = f32x4.add(t17a, t18a)
      const t19b = f32x4.add(t17b, t18b)
      const t20a = f32x4.sub(t17a, t18a)
      const t20b = f32x4.sub(t17b, t18b)
      const t21a = f32x4.add(f32x4.add(f32x4.sub(t7a, t1a), f32x4.mul(t3a, f32x4.splat(5.25))), f32x4.mul(t5a, f32x4.splat(-5.25)))
      const t21b = f32x4.add(f32x4.add(f32x4.sub(t7b, t1b), f32x4.mul(t3b, f32x4.splat(5.25))), f32x4.mul(t5b, f32x4.splat(-5.25)))
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t19a)
      v128.store(q, t19b, 16)
      q += move
      v128.store(q, t20a)
      v128.store(q, t20b, 16)
      q += move
      v128.store(q, t21a)
      v128.store(q, t21b, 16)
      from += 256
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      const t9a = f32x4.add(f32x4.add(t2a, t6a), f32x4.mul(t4a, f32x4.splat(-4.25)))
      const t10a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(-1.25)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(2)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      const t17a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(-5)))
      const t18a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(0.5)))
      const t19a = f32x4.add(t17a, t18a)
      const t20a = f32x4.sub(t17a, t18a)
      const t21a = f32x4.add(f32x4.add(f32x4.sub(t7a, t1a), f32x4.mul(t3a, f32x4.splat(5.25))), f32x4.mul(t5a, f32x4.splat(-5.25)))
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t19a)
      q += move
      v128.store(q, t20a)
      q += move
      v128.store(q, t21a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(f32x4.add(f32x4.sub(t6a, t0a), f32x4.mul(t2a, f32x4.splat(5.25))), f32x4.mul(t4a, f32x4.splat(-5.25)))
      const t9a = f32x4.add(f32x4.add(t2a, t6a), f32x4.mul(t4a, f32x4.splat(-4.25)))
      const t10a = f32x4.add(f32x4.add(t1a, t5a), f32x4.mul(t3a, f32x4.splat(-4.25)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(-1.25)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(2)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      const t17a = f32x4.add(f32x4.add(t6a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(-5)))
      const t18a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(-2.5))), f32x4.mul(t5a, f32x4.splat(0.5)))
      const t19a = f32x4.add(t17a, t18a)
      const t20a = f32x4.sub(t17a, t18a)
      const t21a = f32x4.add(f32x4.add(f32x4.sub(t7a, t1a), f32x4.mul(t3a, f32x4.splat(5.25))), f32x4.mul(t5a, f32x4.splat(-5.25)))
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t19a)
      q += move
      v128.store(q, t20a)
      q += move
      v128.store(q, t21a)
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output5_3(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 160
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(t0a, t1a)
      const t5b = f32x4.add(t0b, t1b)
      const t6a = f32x4.add(t2a, t3a)
      const t6b = f32x4.add(t2b, t3b)
      const t7a = f32x4.sub(t0a, t1a)
      const t7b = f32x4.sub(t0b, t1b)
      const t8a = f32x4.sub(t2a, t3a)
      const t8b = f32x4.sub(t2b, t3b)
      const t9a = f32x4.add(t5a, t6a)
      const t9b = f32x4.add(t5b, t6b)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t10b = f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(2)))
      const t11a = f32x4.add(f32x4.add(t5a, t4a), f32x4.mul(t6a, f32x4.splat(4)))
      const t11b = f32x4.add(f32x4.add(t5b, t4b), f32x4.mul(t6b, f32x4.splat(4)))
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(t0a, t1a)
      const t5b = f32x4.add(t0b, t1b)
      const t6a = f32x4.add(t2a, t3a)
      const t6b = f32x4.add(t2b, t3b)
      const t7a = f32x4.sub(t0a, t1a)
      const t7b = f32x4.sub(t0b, t1b)
      const t8a = f32x4.sub(t2a, t3a)
      const t8b = f32x4.sub(t2b, t3b)
      const t9a = f32x4.add(t5a, t6a)
      const t9b = f32x4.add(t5b, t6b)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t10b = f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(2)))
      const t11a = f32x4.add(f32x4.add(t5a, t4a), f32x4.mul(t6a, f32x4.splat(4)))
      const t11b = f32x4.add(f32x4.add(t5b, t4b), f32x4.mul(t6b, f32x4.splat(4)))
      v128.store(q, f32x4.pmax(f32x4.add(t9a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t9b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t10b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t11b, biasb), least), 16)
      from += 160
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(t5a, t6a)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t11a = f32x4.add(f32x4.add(t5a, t4a), f32x4.mul(t6a, f32x4.splat(4)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(t5a, t6a)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t11a = f32x4.add(f32x4.add(t5a, t4a), f32x4.mul(t6a, f32x4.splat(4)))
      v128.store(q, f32x4.pmax(f32x4.add(t9a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient5_3(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      const t3a = f32x4.add(t0a, t2a)
      const t3b = f32x4.add(t0b, t2b)
      const t4a = f32x4.add(t3a, t1a)
      const t4b = f32x4.add(t3b, t1b)
      const t5a = f32x4.sub(t3a, t1a)
      const t5b = f32x4.sub(t3b, t1b)
      const t6a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t6b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t7a = f32x4.mul(t1a, f32x4.splat(2))
      const t7b = f32x4.mul(t1b, f32x4.splat(2))
      const t8a = f32x4.add(t6a, t7a)
      const t8b = f32x4.add(t6b, t7b)
      const t9a = f32x4.sub(t6a, t7a)
      const t9b = f32x4.sub(t6b, t7b)
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      q += move
      v128.store(q, t5a)
      v128.store(q, t5b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t2a)
      v128.store(q, t2b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      const t3a = f32x4.add(t0a, t2a)
      const t3b = f32x4.add(t0b, t2b)
      const t4a = f32x4.add(t3a, t1a)
      const t4b = f32x4.add(t3b, t1b)
      const t5a = f32x4.sub(t3a, t1a)
      const t5b = f32x4.sub(t3b, t1b)
      const t6a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t6b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t7a = f32x4.mul(t1a, f32x4.splat(2))
      const t7b = f32x4.mul(t1b, f32x4.splat(2))
      const t8a = f32x4.add(t6a, t7a)
      const t8b = f32x4.add(t6b, t7b)
      const t9a = f32x4.sub(t6a, t7a)
      const t9b = f32x4.sub(t6b, t7b)
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      q += move
      v128.store(q, t5a)
      v128.store(q, t5b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t2a)
      v128.store(q, t2b, 16)
      from += 96
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 48
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.add(t0a, t2a)
      const t4a = f32x4.add(t3a, t1a)
      const t5a = f32x4.sub(t3a, t1a)
      const t6a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t7a = f32x4.mul(t1a, f32x4.splat(2))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t2a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.add(t0a, t2a)
      const t4a = f32x4.add(t3a, t1a)
      const t5a = f32x4.sub(t3a, t1a)
      const t6a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t7a = f32x4.mul(t1a, f32x4.splat(2))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t2a)
      from += 48
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter5_3(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 48
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t2a, f32x4.splat(-0.16666666666666666)))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.08333333333333333)), f32x4.mul(t2a, f32x4.splat(0.3333333333333333)))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.16666666666666666))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t2a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t2a, f32x4.splat(-0.16666666666666666)))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.08333333333333333)), f32x4.mul(t2a, f32x4.splat(0.3333333333333333)))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.16666666666666666))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t2a)
      from += 48
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient5_3(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(f32x4.mul(t5a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t6a, f32x4.splat(0.08333333333333333)))
      const t10a = f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t8a, f32x4.splat(0.16666666666666666)))
      const t11a = f32x4.add(f32x4.add(t4a, f32x4.mul(t5a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t6a, f32x4.splat(0.3333333333333333)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(f32x4.mul(t5a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t6a, f32x4.splat(0.08333333333333333)))
      const t10a = f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t8a, f32x4.splat(0.16666666666666666)))
      const t11a = f32x4.add(f32x4.add(t4a, f32x4.mul(t5a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t6a, f32x4.splat(0.3333333333333333)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output5_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 160
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(t0a, t1a)
      const t5b = f32x4.add(t0b, t1b)
      const t6a = f32x4.add(t2a, t3a)
      const t6b = f32x4.add(t2b, t3b)
      const t7a = f32x4.sub(t0a, t1a)
      const t7b = f32x4.sub(t0b, t1b)
      const t8a = f32x4.sub(t2a, t3a)
      const t8b = f32x4.sub(t2b, t3b)
      const t9a = f32x4.add(t5a, t6a)
      const t9b = f32x4.add(t5b, t6b)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t10b = f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(2)))
      const t11a = f32x4.add(t5a, f32x4.mul(t6a, f32x4.splat(4)))
      const t11b = f32x4.add(t5b, f32x4.mul(t6b, f32x4.splat(4)))
      const t12a = f32x4.add(f32x4.add(t7a, t4a), f32x4.mul(t8a, f32x4.splat(8)))
      const t12b = f32x4.add(f32x4.add(t7b, t4b), f32x4.mul(t8b, f32x4.splat(8)))
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(t0a, t1a)
      const t5b = f32x4.add(t0b, t1b)
      const t6a = f32x4.add(t2a, t3a)
      const t6b = f32x4.add(t2b, t3b)
      const t7a = f32x4.sub(t0a, t1a)
      const t7b = f32x4.sub(t0b, t1b)
      const t8a = f32x4.sub(t2a, t3a)
      const t8b = f32x4.sub(t2b, t3b)
      const t9a = f32x4.add(t5a, t6a)
      const t9b = f32x4.add(t5b, t6b)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t10b = f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(2)))
      const t11a = f32x4.add(t5a, f32x4.mul(t6a, f32x4.splat(4)))
      const t11b = f32x4.add(t5b, f32x4.mul(t6b, f32x4.splat(4)))
      const t12a = f32x4.add(f32x4.add(t7a, t4a), f32x4.mul(t8a, f32x4.splat(8)))
      const t12b = f32x4.add(f32x4.add(t7b, t4b), f32x4.mul(t8b, f32x4.splat(8)))
      v128.store(q, f32x4.pmax(f32x4.add(t9a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t9b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t10b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t11b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t12a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t12b, biasb), least), 16)
      from += 160
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(t5a, t6a)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t11a = f32x4.add(t5a, f32x4.mul(t6a, f32x4.splat(4)))
      const t12a = f32x4.add(f32x4.add(t7a, t4a), f32x4.mul(t8a, f32x4.splat(8)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(t5a, t6a)
      const t10a = f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(2)))
      const t11a = f32x4.add(t5a, f32x4.mul(t6a, f32x4.splat(4)))
      const t12a = f32x4.add(f32x4.add(t7a, t4a), f32x4.mul(t8a, f32x4.splat(8)))
      v128.store(q, f32x4.pmax(f32x4.add(t9a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t12a, biasa), least))
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient5_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += 128
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 64
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t3a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t3a)
      from += 64
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter5_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 32
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(-0.16666666666666666))
      const t3a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t4a = f32x4.add(t2a, t3a)
      const t5a = f32x4.sub(t2a, t3a)
      const t6a = f32x4.mul(t0a, f32x4.splat(0.08333333333333333))
      const t7a = f32x4.mul(t1a, f32x4.splat(0.16666666666666666))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t1a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(-0.16666666666666666))
      const t3a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t4a = f32x4.add(t2a, t3a)
      const t5a = f32x4.sub(t2a, t3a)
      const t6a = f32x4.mul(t0a, f32x4.splat(0.08333333333333333))
      const t7a = f32x4.mul(t1a, f32x4.splat(0.16666666666666666))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t1a)
      from += 32
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient5_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(f32x4.mul(t5a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t6a, f32x4.splat(0.08333333333333333)))
      const t10a = f32x4.add(f32x4.add(t4a, f32x4.mul(t7a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t8a, f32x4.splat(0.16666666666666666)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(t0a, t1a)
      const t6a = f32x4.add(t2a, t3a)
      const t7a = f32x4.sub(t0a, t1a)
      const t8a = f32x4.sub(t2a, t3a)
      const t9a = f32x4.add(f32x4.mul(t5a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t6a, f32x4.splat(0.08333333333333333)))
      const t10a = f32x4.add(f32x4.add(t4a, f32x4.mul(t7a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t8a, f32x4.splat(0.16666666666666666)))
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output6_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 192
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(t1a, t2a)
      const t6b = f32x4.add(t1b, t2b)
      const t7a = f32x4.add(t3a, t4a)
      const t7b = f32x4.add(t3b, t4b)
      const t8a = f32x4.sub(t1a, t2a)
      const t8b = f32x4.sub(t1b, t2b)
      const t9a = f32x4.sub(t3a, t4a)
      const t9b = f32x4.sub(t3b, t4b)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t10b = f32x4.add(f32x4.add(t0b, t6b), t7b)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t11b = f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t12b = f32x4.add(t6b, f32x4.mul(t7b, f32x4.splat(4)))
      const t13a = f32x4.add(f32x4.add(t8a, t5a), f32x4.mul(t9a, f32x4.splat(8)))
      const t13b = f32x4.add(f32x4.add(t8b, t5b), f32x4.mul(t9b, f32x4.splat(8)))
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(t1a, t2a)
      const t6b = f32x4.add(t1b, t2b)
      const t7a = f32x4.add(t3a, t4a)
      const t7b = f32x4.add(t3b, t4b)
      const t8a = f32x4.sub(t1a, t2a)
      const t8b = f32x4.sub(t1b, t2b)
      const t9a = f32x4.sub(t3a, t4a)
      const t9b = f32x4.sub(t3b, t4b)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t10b = f32x4.add(f32x4.add(t0b, t6b), t7b)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t11b = f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t12b = f32x4.add(t6b, f32x4.mul(t7b, f32x4.splat(4)))
      const t13a = f32x4.add(f32x4.add(t8a, t5a), f32x4.mul(t9a, f32x4.splat(8)))
      const t13b = f32x4.add(f32x4.add(t8b, t5b), f32x4.mul(t9b, f32x4.splat(8)))
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t10b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t11b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t12a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t12b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t13b, biasb), least), 16)
      from += 192
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t13a = f32x4.add(f32x4.add(t8a, t5a), f32x4.mul(t9a, f32x4.splat(8)))
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t13a = f32x4.add(f32x4.add(t8a, t5a), f32x4.mul(t9a, f32x4.splat(8)))
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t12a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient6_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += 128
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 64
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t3a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t3a)
      from += 64
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter6_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 48
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.mul(t0a, f32x4.splat(0.25))
      const t4a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t2a, f32x4.splat(-0.16666666666666666)))
      const t5a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.041666666666666664)), f32x4.mul(t2a, f32x4.splat(0.16666666666666666)))
      const t9a = f32x4.mul(t1a, f32x4.splat(0.08333333333333333))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      v128.store(q, t3a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t2a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.mul(t0a, f32x4.splat(0.25))
      const t4a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t2a, f32x4.splat(-0.16666666666666666)))
      const t5a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.041666666666666664)), f32x4.mul(t2a, f32x4.splat(0.16666666666666666)))
      const t9a = f32x4.mul(t1a, f32x4.splat(0.08333333333333333))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      v128.store(q, t3a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t2a)
      from += 48
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient6_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.25)), f32x4.mul(t6a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t7a, f32x4.splat(0.041666666666666664)))
      const t11a = f32x4.add(f32x4.mul(t8a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t9a, f32x4.splat(0.08333333333333333)))
      const t12a = f32x4.add(f32x4.add(t5a, f32x4.mul(t6a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t7a, f32x4.splat(0.16666666666666666)))
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.25)), f32x4.mul(t6a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t7a, f32x4.splat(0.041666666666666664)))
      const t11a = f32x4.add(f32x4.mul(t8a, f32x4.splat(-0.16666666666666666)), f32x4.mul(t9a, f32x4.splat(0.08333333333333333)))
      const t12a = f32x4.add(f32x4.add(t5a, f32x4.mul(t6a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t7a, f32x4.splat(0.16666666666666666)))
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output6_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 192
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(t1a, t2a)
      const t6b = f32x4.add(t1b, t2b)
      const t7a = f32x4.add(t3a, t4a)
      const t7b = f32x4.add(t3b, t4b)
      const t8a = f32x4.sub(t1a, t2a)
      const t8b = f32x4.sub(t1b, t2b)
      const t9a = f32x4.sub(t3a, t4a)
      const t9b = f32x4.sub(t3b, t4b)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t10b = f32x4.add(f32x4.add(t0b, t6b), t7b)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t11b = f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t12b = f32x4.add(t6b, f32x4.mul(t7b, f32x4.splat(4)))
      const t13a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(8)))
      const t13b = f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(8)))
      const t14a = f32x4.add(f32x4.add(t6a, t5a), f32x4.mul(t7a, f32x4.splat(16)))
      const t14b = f32x4.add(f32x4.add(t6b, t5b), f32x4.mul(t7b, f32x4.splat(16)))
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(t1a, t2a)
      const t6b = f32x4.add(t1b, t2b)
      const t7a = f32x4.add(t3a, t4a)
      const t7b = f32x4.add(t3b, t4b)
      const t8a = f32x4.sub(t1a, t2a)
      const t8b = f32x4.sub(t1b, t2b)
      const t9a = f32x4.sub(t3a, t4a)
      const t9b = f32x4.sub(t3b, t4b)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t10b = f32x4.add(f32x4.add(t0b, t6b), t7b)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t11b = f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t12b = f32x4.add(t6b, f32x4.mul(t7b, f32x4.splat(4)))
      const t13a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(8)))
      const t13b = f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(8)))
      const t14a = f32x4.add(f32x4.add(t6a, t5a), f32x4.mul(t7a, f32x4.splat(16)))
      const t14b = f32x4.add(f32x4.add(t6b, t5b), f32x4.mul(t7b, f32x4.splat(16)))
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t10b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t11b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t12a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t12b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t13b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      from += 192
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t13a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(8)))
      const t14a = f32x4.add(f32x4.add(t6a, t5a), f32x4.mul(t7a, f32x4.splat(16)))
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(t0a, t6a), t7a)
      const t11a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(2)))
      const t12a = f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(4)))
      const t13a = f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(8)))
      const t14a = f32x4.add(f32x4.add(t6a, t5a), f32x4.mul(t7a, f32x4.splat(16)))
      v128.store(q, f32x4.pmax(f32x4.add(t10a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t11a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t12a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient6_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 160
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t5b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t6a = f32x4.add(t1a, t3a)
      const t6b = f32x4.add(t1b, t3b)
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t9b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t5b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t6a = f32x4.add(t1a, t3a)
      const t6b = f32x4.add(t1b, t3b)
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t9b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      from += 160
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6a = f32x4.add(t1a, t3a)
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t4a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6a = f32x4.add(t1a, t3a)
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t4a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter6_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 32
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(0.25))
      const t3a = f32x4.mul(t0a, f32x4.splat(-0.16666666666666666))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.mul(t0a, f32x4.splat(0.041666666666666664))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.08333333333333333))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      v128.store(q, t2a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t1a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(0.25))
      const t3a = f32x4.mul(t0a, f32x4.splat(-0.16666666666666666))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.16666666666666666))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.mul(t0a, f32x4.splat(0.041666666666666664))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.08333333333333333))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      v128.store(q, t2a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t1a)
      from += 32
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient6_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.25)), f32x4.mul(t6a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t7a, f32x4.splat(0.041666666666666664)))
      const t11a = f32x4.add(f32x4.add(t5a, f32x4.mul(t8a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t9a, f32x4.splat(0.08333333333333333)))
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(t1a, t2a)
      const t7a = f32x4.add(t3a, t4a)
      const t8a = f32x4.sub(t1a, t2a)
      const t9a = f32x4.sub(t3a, t4a)
      const t10a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.25)), f32x4.mul(t6a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t7a, f32x4.splat(0.041666666666666664)))
      const t11a = f32x4.add(f32x4.add(t5a, f32x4.mul(t8a, f32x4.splat(-0.16666666666666666))), f32x4.mul(t9a, f32x4.splat(0.08333333333333333)))
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output7_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 224
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(t0a, t1a)
      const t7b = f32x4.add(t0b, t1b)
      const t8a = f32x4.add(t2a, t3a)
      const t8b = f32x4.add(t2b, t3b)
      const t9a = f32x4.add(t4a, t5a)
      const t9b = f32x4.add(t4b, t5b)
      const t10a = f32x4.sub(t0a, t1a)
      const t10b = f32x4.sub(t0b, t1b)
      const t11a = f32x4.sub(t2a, t3a)
      const t11b = f32x4.sub(t2b, t3b)
      const t12a = f32x4.sub(t4a, t5a)
      const t12b = f32x4.sub(t4b, t5b)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t13b = f32x4.add(f32x4.add(t7b, t8b), t9b)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t14b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(2))), f32x4.mul(t12b, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t15b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(4))), f32x4.mul(t9b, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t16b = f32x4.add(f32x4.add(f32x4.add(t10b, t6b), f32x4.mul(t11b, f32x4.splat(8))), f32x4.mul(t12b, f32x4.splat(0.125)))
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(t0a, t1a)
      const t7b = f32x4.add(t0b, t1b)
      const t8a = f32x4.add(t2a, t3a)
      const t8b = f32x4.add(t2b, t3b)
      const t9a = f32x4.add(t4a, t5a)
      const t9b = f32x4.add(t4b, t5b)
      const t10a = f32x4.sub(t0a, t1a)
      const t10b = f32x4.sub(t0b, t1b)
      const t11a = f32x4.sub(t2a, t3a)
      const t11b = f32x4.sub(t2b, t3b)
      const t12a = f32x4.sub(t4a, t5a)
      const t12b = f32x4.sub(t4b, t5b)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t13b = f32x4.add(f32x4.add(t7b, t8b), t9b)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t14b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(2))), f32x4.mul(t12b, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t15b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(4))), f32x4.mul(t9b, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t16b = f32x4.add(f32x4.add(f32x4.add(t10b, t6b), f32x4.mul(t11b, f32x4.splat(8))), f32x4.mul(t12b, f32x4.splat(0.125)))
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t13b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      from += 224
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient7_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t12b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t13b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t14b = f32x4.add(t12b, t13b)
      const t15a = f32x4.sub(t12a, t13a)
      const t15b = f32x4.sub(t12b, t13b)
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t12b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t13b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t14b = f32x4.add(t12b, t13b)
      const t15a = f32x4.sub(t12a, t13a)
      const t15b = f32x4.sub(t12b, t13b)
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += 128
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 64
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t3a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t3a)
      from += 64
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter7_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 64
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t5a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t3a, f32x4.splat(-0.2222222222222222)))
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.022222222222222223)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.044444444444444446)), f32x4.mul(t3a, f32x4.splat(0.17777777777777778)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.35555555555555557)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.17777777777777778)), f32x4.mul(t3a, f32x4.splat(0.044444444444444446)))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t3a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t5a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t3a, f32x4.splat(-0.2222222222222222)))
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.022222222222222223)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.044444444444444446)), f32x4.mul(t3a, f32x4.splat(0.17777777777777778)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.35555555555555557)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.17777777777777778)), f32x4.mul(t3a, f32x4.splat(0.044444444444444446)))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t3a)
      from += 64
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient7_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.022222222222222223))), f32x4.mul(t9a, f32x4.splat(0.35555555555555557)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t10a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t11a, f32x4.splat(0.044444444444444446))), f32x4.mul(t12a, f32x4.splat(0.17777777777777778)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.08888888888888889))), f32x4.mul(t9a, f32x4.splat(0.08888888888888889)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t6a, f32x4.mul(t10a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t11a, f32x4.splat(0.17777777777777778))), f32x4.mul(t12a, f32x4.splat(0.044444444444444446)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.022222222222222223))), f32x4.mul(t9a, f32x4.splat(0.35555555555555557)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t10a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t11a, f32x4.splat(0.044444444444444446))), f32x4.mul(t12a, f32x4.splat(0.17777777777777778)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.08888888888888889))), f32x4.mul(t9a, f32x4.splat(0.08888888888888889)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t6a, f32x4.mul(t10a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t11a, f32x4.splat(0.17777777777777778))), f32x4.mul(t12a, f32x4.splat(0.044444444444444446)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output7_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 224
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(t0a, t1a)
      const t7b = f32x4.add(t0b, t1b)
      const t8a = f32x4.add(t2a, t3a)
      const t8b = f32x4.add(t2b, t3b)
      const t9a = f32x4.add(t4a, t5a)
      const t9b = f32x4.add(t4b, t5b)
      const t10a = f32x4.sub(t0a, t1a)
      const t10b = f32x4.sub(t0b, t1b)
      const t11a = f32x4.sub(t2a, t3a)
      const t11b = f32x4.sub(t2b, t3b)
      const t12a = f32x4.sub(t4a, t5a)
      const t12b = f32x4.sub(t4b, t5b)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t13b = f32x4.add(f32x4.add(t7b, t8b), t9b)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t14b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(2))), f32x4.mul(t12b, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t15b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(4))), f32x4.mul(t9b, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t16b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(8))), f32x4.mul(t12b, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t7a, t6a), f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      const t17b = f32x4.add(f32x4.add(f32x4.add(t7b, t6b), f32x4.mul(t8b, f32x4.splat(16))), f32x4.mul(t9b, f32x4.splat(0.0625)))
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(t0a, t1a)
      const t7b = f32x4.add(t0b, t1b)
      const t8a = f32x4.add(t2a, t3a)
      const t8b = f32x4.add(t2b, t3b)
      const t9a = f32x4.add(t4a, t5a)
      const t9b = f32x4.add(t4b, t5b)
      const t10a = f32x4.sub(t0a, t1a)
      const t10b = f32x4.sub(t0b, t1b)
      const t11a = f32x4.sub(t2a, t3a)
      const t11b = f32x4.sub(t2b, t3b)
      const t12a = f32x4.sub(t4a, t5a)
      const t12b = f32x4.sub(t4b, t5b)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t13b = f32x4.add(f32x4.add(t7b, t8b), t9b)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t14b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(2))), f32x4.mul(t12b, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t15b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(4))), f32x4.mul(t9b, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t16b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(8))), f32x4.mul(t12b, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t7a, t6a), f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      const t17b = f32x4.add(f32x4.add(f32x4.add(t7b, t6b), f32x4.mul(t8b, f32x4.splat(16))), f32x4.mul(t9b, f32x4.splat(0.0625)))
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t13b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t17b, biasb), least), 16)
      from += 224
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t7a, t6a), f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t7a, t6a), f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient7_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 160
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t5b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t6a = f32x4.add(t1a, t3a)
      const t6b = f32x4.add(t1b, t3b)
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t9b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t13b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t15b = f32x4.add(t13b, t14b)
      const t16a = f32x4.sub(t13a, t14a)
      const t16b = f32x4.sub(t13b, t14b)
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t5b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t6a = f32x4.add(t1a, t3a)
      const t6b = f32x4.add(t1b, t3b)
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t9b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t13b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t15b = f32x4.add(t13b, t14b)
      const t16a = f32x4.sub(t13a, t14a)
      const t16b = f32x4.sub(t13b, t14b)
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      from += 160
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6a = f32x4.add(t1a, t3a)
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t4a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6a = f32x4.add(t1a, t3a)
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t4a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter7_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 48
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.022222222222222223)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.044444444444444446))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.35555555555555557)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t12a = f32x4.mul(t1a, f32x4.splat(0.17777777777777778))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t2a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.022222222222222223)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.044444444444444446))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.35555555555555557)), f32x4.mul(t2a, f32x4.splat(0.08888888888888889)))
      const t12a = f32x4.mul(t1a, f32x4.splat(0.17777777777777778))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t2a)
      from += 48
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient7_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.022222222222222223))), f32x4.mul(t9a, f32x4.splat(0.35555555555555557)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t10a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t11a, f32x4.splat(0.044444444444444446))), f32x4.mul(t12a, f32x4.splat(0.17777777777777778)))
      const t15a = f32x4.add(f32x4.add(f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t8a, f32x4.splat(0.08888888888888889))), f32x4.mul(t9a, f32x4.splat(0.08888888888888889)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.022222222222222223))), f32x4.mul(t9a, f32x4.splat(0.35555555555555557)))
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t10a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t11a, f32x4.splat(0.044444444444444446))), f32x4.mul(t12a, f32x4.splat(0.17777777777777778)))
      const t15a = f32x4.add(f32x4.add(f32x4.add(t6a, f32x4.mul(t7a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t8a, f32x4.splat(0.08888888888888889))), f32x4.mul(t9a, f32x4.splat(0.08888888888888889)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output7_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 224
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(t0a, t1a)
      const t7b = f32x4.add(t0b, t1b)
      const t8a = f32x4.add(t2a, t3a)
      const t8b = f32x4.add(t2b, t3b)
      const t9a = f32x4.add(t4a, t5a)
      const t9b = f32x4.add(t4b, t5b)
      const t10a = f32x4.sub(t0a, t1a)
      const t10b = f32x4.sub(t0b, t1b)
      const t11a = f32x4.sub(t2a, t3a)
      const t11b = f32x4.sub(t2b, t3b)
      const t12a = f32x4.sub(t4a, t5a)
      const t12b = f32x4.sub(t4b, t5b)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t13b = f32x4.add(f32x4.add(t7b, t8b), t9b)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t14b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(2))), f32x4.mul(t12b, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t15b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(4))), f32x4.mul(t9b, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t16b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(8))), f32x4.mul(t12b, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      const t17b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(16))), f32x4.mul(t9b, f32x4.splat(0.0625)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(32))), f32x4.mul(t12a, f32x4.splat(0.03125)))
      const t18b = f32x4.add(f32x4.add(f32x4.add(t10b, t6b), f32x4.mul(t11b, f32x4.splat(32))), f32x4.mul(t12b, f32x4.splat(0.03125)))
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(t0a, t1a)
      const t7b = f32x4.add(t0b, t1b)
      const t8a = f32x4.add(t2a, t3a)
      const t8b = f32x4.add(t2b, t3b)
      const t9a = f32x4.add(t4a, t5a)
      const t9b = f32x4.add(t4b, t5b)
      const t10a = f32x4.sub(t0a, t1a)
      const t10b = f32x4.sub(t0b, t1b)
      const t11a = f32x4.sub(t2a, t3a)
      const t11b = f32x4.sub(t2b, t3b)
      const t12a = f32x4.sub(t4a, t5a)
      const t12b = f32x4.sub(t4b, t5b)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t13b = f32x4.add(f32x4.add(t7b, t8b), t9b)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t14b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(2))), f32x4.mul(t12b, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t15b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(4))), f32x4.mul(t9b, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t16b = f32x4.add(f32x4.add(t10b, f32x4.mul(t11b, f32x4.splat(8))), f32x4.mul(t12b, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      const t17b = f32x4.add(f32x4.add(t7b, f32x4.mul(t8b, f32x4.splat(16))), f32x4.mul(t9b, f32x4.splat(0.0625)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(32))), f32x4.mul(t12a, f32x4.splat(0.03125)))
      const t18b = f32x4.add(f32x4.add(f32x4.add(t10b, t6b), f32x4.mul(t11b, f32x4.splat(32))), f32x4.mul(t12b, f32x4.splat(0.03125)))
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t13b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t17b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t18b, biasb), least), 16)
      from += 224
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(32))), f32x4.mul(t12a, f32x4.splat(0.03125)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(t7a, t8a), t9a)
      const t14a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(2))), f32x4.mul(t12a, f32x4.splat(0.5)))
      const t15a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(4))), f32x4.mul(t9a, f32x4.splat(0.25)))
      const t16a = f32x4.add(f32x4.add(t10a, f32x4.mul(t11a, f32x4.splat(8))), f32x4.mul(t12a, f32x4.splat(0.125)))
      const t17a = f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(16))), f32x4.mul(t9a, f32x4.splat(0.0625)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t10a, t6a), f32x4.mul(t11a, f32x4.splat(32))), f32x4.mul(t12a, f32x4.splat(0.03125)))
      v128.store(q, f32x4.pmax(f32x4.add(t13a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient7_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 192
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t7b = f32x4.add(f32x4.add(t1b, t3b), t5b)
      const t8a = f32x4.add(t6a, t7a)
      const t8b = f32x4.add(t6b, t7b)
      const t9a = f32x4.sub(t6a, t7a)
      const t9b = f32x4.sub(t6b, t7b)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t11b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8))), f32x4.mul(t5b, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t12b = f32x4.add(t10b, t11b)
      const t13a = f32x4.sub(t10a, t11a)
      const t13b = f32x4.sub(t10b, t11b)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t15b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125))), f32x4.mul(t5b, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t16b = f32x4.add(t14b, t15b)
      const t17a = f32x4.sub(t14a, t15a)
      const t17b = f32x4.sub(t14b, t15b)
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t5a)
      v128.store(q, t5b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t7b = f32x4.add(f32x4.add(t1b, t3b), t5b)
      const t8a = f32x4.add(t6a, t7a)
      const t8b = f32x4.add(t6b, t7b)
      const t9a = f32x4.sub(t6a, t7a)
      const t9b = f32x4.sub(t6b, t7b)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t11b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8))), f32x4.mul(t5b, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t12b = f32x4.add(t10b, t11b)
      const t13a = f32x4.sub(t10a, t11a)
      const t13b = f32x4.sub(t10b, t11b)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t15b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125))), f32x4.mul(t5b, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t16b = f32x4.add(t14b, t15b)
      const t17a = f32x4.sub(t14a, t15a)
      const t17b = f32x4.sub(t14b, t15b)
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t5a)
      v128.store(q, t5b, 16)
      from += 192
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t17a = f32x4.sub(t14a, t15a)
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t5a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t17a = f32x4.sub(t14a, t15a)
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t5a)
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter7_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 32
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(-0.2222222222222222))
      const t3a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t4a = f32x4.add(t2a, t3a)
      const t5a = f32x4.sub(t2a, t3a)
      const t6a = f32x4.mul(t0a, f32x4.splat(0.022222222222222223))
      const t7a = f32x4.mul(t1a, f32x4.splat(0.044444444444444446))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.mul(t0a, f32x4.splat(0.35555555555555557))
      const t11a = f32x4.mul(t1a, f32x4.splat(0.17777777777777778))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t1a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(-0.2222222222222222))
      const t3a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t4a = f32x4.add(t2a, t3a)
      const t5a = f32x4.sub(t2a, t3a)
      const t6a = f32x4.mul(t0a, f32x4.splat(0.022222222222222223))
      const t7a = f32x4.mul(t1a, f32x4.splat(0.044444444444444446))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.mul(t0a, f32x4.splat(0.35555555555555557))
      const t11a = f32x4.mul(t1a, f32x4.splat(0.17777777777777778))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t1a)
      from += 32
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient7_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.022222222222222223))), f32x4.mul(t9a, f32x4.splat(0.35555555555555557)))
      const t14a = f32x4.add(f32x4.add(f32x4.add(t6a, f32x4.mul(t10a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t11a, f32x4.splat(0.044444444444444446))), f32x4.mul(t12a, f32x4.splat(0.17777777777777778)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(t0a, t1a)
      const t8a = f32x4.add(t2a, t3a)
      const t9a = f32x4.add(t4a, t5a)
      const t10a = f32x4.sub(t0a, t1a)
      const t11a = f32x4.sub(t2a, t3a)
      const t12a = f32x4.sub(t4a, t5a)
      const t13a = f32x4.add(f32x4.add(f32x4.mul(t7a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t8a, f32x4.splat(0.022222222222222223))), f32x4.mul(t9a, f32x4.splat(0.35555555555555557)))
      const t14a = f32x4.add(f32x4.add(f32x4.add(t6a, f32x4.mul(t10a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t11a, f32x4.splat(0.044444444444444446))), f32x4.mul(t12a, f32x4.splat(0.17777777777777778)))
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output8_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 256
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(f32x4.add(t11b, t7b), f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(f32x4.add(t11b, t7b), f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t17b, biasb), least), 16)
      from += 256
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient8_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t12b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t13b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t14b = f32x4.add(t12b, t13b)
      const t15a = f32x4.sub(t12a, t13a)
      const t15b = f32x4.sub(t12b, t13b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      const t4a = f32x4.add(t0a, t2a)
      const t4b = f32x4.add(t0b, t2b)
      const t5a = f32x4.add(t1a, t3a)
      const t5b = f32x4.add(t1b, t3b)
      const t6a = f32x4.add(t4a, t5a)
      const t6b = f32x4.add(t4b, t5b)
      const t7a = f32x4.sub(t4a, t5a)
      const t7b = f32x4.sub(t4b, t5b)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t8b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t9b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t10b = f32x4.add(t8b, t9b)
      const t11a = f32x4.sub(t8a, t9a)
      const t11b = f32x4.sub(t8b, t9b)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t12b = f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t13b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t14b = f32x4.add(t12b, t13b)
      const t15a = f32x4.sub(t12a, t13a)
      const t15b = f32x4.sub(t12b, t13b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t3a)
      v128.store(q, t3b, 16)
      from += 128
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 64
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t3a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.add(t0a, t2a)
      const t5a = f32x4.add(t1a, t3a)
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4)))
      const t9a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25)))
      const t13a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t3a)
      from += 64
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter8_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.mul(t0a, f32x4.splat(-1))
      const t6a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t4a, f32x4.splat(-0.2222222222222222)))
      const t7a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t3a, f32x4.splat(-0.2222222222222222)))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.011111111111111112)), f32x4.mul(t2a, f32x4.splat(0.044444444444444446))), f32x4.mul(t4a, f32x4.splat(0.17777777777777778)))
      const t11a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.022222222222222223)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.7111111111111111)), f32x4.mul(t2a, f32x4.splat(0.17777777777777778))), f32x4.mul(t4a, f32x4.splat(0.044444444444444446)))
      const t15a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.35555555555555557)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t16a = f32x4.add(t14a, t15a)
      const t17a = f32x4.sub(t14a, t15a)
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t4a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.mul(t0a, f32x4.splat(-1))
      const t6a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t4a, f32x4.splat(-0.2222222222222222)))
      const t7a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t3a, f32x4.splat(-0.2222222222222222)))
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.011111111111111112)), f32x4.mul(t2a, f32x4.splat(0.044444444444444446))), f32x4.mul(t4a, f32x4.splat(0.17777777777777778)))
      const t11a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.022222222222222223)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      const t14a = f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(0.7111111111111111)), f32x4.mul(t2a, f32x4.splat(0.17777777777777778))), f32x4.mul(t4a, f32x4.splat(0.044444444444444446)))
      const t15a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.35555555555555557)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t16a = f32x4.add(t14a, t15a)
      const t17a = f32x4.sub(t14a, t15a)
      v128.store(q, t5a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t4a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient8_4(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t8a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t9a, f32x4.splat(0.044444444444444446))), f32x4.mul(t10a, f32x4.splat(0.17777777777777778)))
      const t17a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.08888888888888889))), f32x4.mul(t13a, f32x4.splat(0.08888888888888889)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.17777777777777778))), f32x4.mul(t10a, f32x4.splat(0.044444444444444446)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t8a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t9a, f32x4.splat(0.044444444444444446))), f32x4.mul(t10a, f32x4.splat(0.17777777777777778)))
      const t17a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.08888888888888889))), f32x4.mul(t13a, f32x4.splat(0.08888888888888889)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.17777777777777778))), f32x4.mul(t10a, f32x4.splat(0.044444444444444446)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output8_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 256
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t18b = f32x4.add(f32x4.add(f32x4.add(t8b, t7b), f32x4.mul(t9b, f32x4.splat(16))), f32x4.mul(t10b, f32x4.splat(0.0625)))
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t18b = f32x4.add(f32x4.add(f32x4.add(t8b, t7b), f32x4.mul(t9b, f32x4.splat(16))), f32x4.mul(t10b, f32x4.splat(0.0625)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t17b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t18b, biasb), least), 16)
      from += 256
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient8_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 160
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t5b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t6a = f32x4.add(t1a, t3a)
      const t6b = f32x4.add(t1b, t3b)
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t9b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t13b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t15b = f32x4.add(t13b, t14b)
      const t16a = f32x4.sub(t13a, t14a)
      const t16b = f32x4.sub(t13b, t14b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t5b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t6a = f32x4.add(t1a, t3a)
      const t6b = f32x4.add(t1b, t3b)
      const t7a = f32x4.add(t5a, t6a)
      const t7b = f32x4.add(t5b, t6b)
      const t8a = f32x4.sub(t5a, t6a)
      const t8b = f32x4.sub(t5b, t6b)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t9b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t10b = f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t11b = f32x4.add(t9b, t10b)
      const t12a = f32x4.sub(t9a, t10a)
      const t12b = f32x4.sub(t9b, t10b)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t13b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t14b = f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t15b = f32x4.add(t13b, t14b)
      const t16a = f32x4.sub(t13a, t14a)
      const t16b = f32x4.sub(t13b, t14b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t7a)
      v128.store(q, t7b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t11a)
      v128.store(q, t11b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t4a)
      v128.store(q, t4b, 16)
      from += 160
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 80
    for (let i = 0; i < 5; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6a = f32x4.add(t1a, t3a)
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t4a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      const t5a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6a = f32x4.add(t1a, t3a)
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t4a)
      from += 80
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter8_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 64
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.mul(t0a, f32x4.splat(-1))
      const t5a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t6a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t3a, f32x4.splat(-0.2222222222222222)))
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.011111111111111112)), f32x4.mul(t2a, f32x4.splat(0.044444444444444446)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.022222222222222223)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.7111111111111111)), f32x4.mul(t2a, f32x4.splat(0.17777777777777778)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.35555555555555557)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t3a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      const t4a = f32x4.mul(t0a, f32x4.splat(-1))
      const t5a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t6a = f32x4.add(f32x4.mul(t1a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t3a, f32x4.splat(-0.2222222222222222)))
      const t7a = f32x4.add(t5a, t6a)
      const t8a = f32x4.sub(t5a, t6a)
      const t9a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.011111111111111112)), f32x4.mul(t2a, f32x4.splat(0.044444444444444446)))
      const t10a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.022222222222222223)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t11a = f32x4.add(t9a, t10a)
      const t12a = f32x4.sub(t9a, t10a)
      const t13a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.7111111111111111)), f32x4.mul(t2a, f32x4.splat(0.17777777777777778)))
      const t14a = f32x4.add(f32x4.mul(t1a, f32x4.splat(0.35555555555555557)), f32x4.mul(t3a, f32x4.splat(0.08888888888888889)))
      const t15a = f32x4.add(t13a, t14a)
      const t16a = f32x4.sub(t13a, t14a)
      v128.store(q, t4a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t3a)
      from += 64
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient8_5(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t8a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t9a, f32x4.splat(0.044444444444444446))), f32x4.mul(t10a, f32x4.splat(0.17777777777777778)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t11a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t12a, f32x4.splat(0.08888888888888889))), f32x4.mul(t13a, f32x4.splat(0.08888888888888889)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 4; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t8a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t9a, f32x4.splat(0.044444444444444446))), f32x4.mul(t10a, f32x4.splat(0.17777777777777778)))
      const t17a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t11a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t12a, f32x4.splat(0.08888888888888889))), f32x4.mul(t13a, f32x4.splat(0.08888888888888889)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output8_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 256
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t18b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(16))), f32x4.mul(t10b, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      const t19b = f32x4.add(f32x4.add(f32x4.add(t11b, t7b), f32x4.mul(t12b, f32x4.splat(32))), f32x4.mul(t13b, f32x4.splat(0.03125)))
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      q += move
      v128.store(q, t19a)
      v128.store(q, t19b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t18b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(16))), f32x4.mul(t10b, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      const t19b = f32x4.add(f32x4.add(f32x4.add(t11b, t7b), f32x4.mul(t12b, f32x4.splat(32))), f32x4.mul(t13b, f32x4.splat(0.03125)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t17b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t18b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t19a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t19b, biasb), least), 16)
      from += 256
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      q += move
      v128.store(q, t19a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(f32x4.add(t11a, t7a), f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t19a, biasa), least))
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient8_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 192
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t7b = f32x4.add(f32x4.add(t1b, t3b), t5b)
      const t8a = f32x4.add(t6a, t7a)
      const t8b = f32x4.add(t6b, t7b)
      const t9a = f32x4.sub(t6a, t7a)
      const t9b = f32x4.sub(t6b, t7b)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t11b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8))), f32x4.mul(t5b, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t12b = f32x4.add(t10b, t11b)
      const t13a = f32x4.sub(t10a, t11a)
      const t13b = f32x4.sub(t10b, t11b)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t15b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125))), f32x4.mul(t5b, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t16b = f32x4.add(t14b, t15b)
      const t17a = f32x4.sub(t14a, t15a)
      const t17b = f32x4.sub(t14b, t15b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t5a)
      v128.store(q, t5b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t6b = f32x4.add(f32x4.add(t0b, t2b), t4b)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t7b = f32x4.add(f32x4.add(t1b, t3b), t5b)
      const t8a = f32x4.add(t6a, t7a)
      const t8b = f32x4.add(t6b, t7b)
      const t9a = f32x4.sub(t6a, t7a)
      const t9b = f32x4.sub(t6b, t7b)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t10b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t11b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8))), f32x4.mul(t5b, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t12b = f32x4.add(t10b, t11b)
      const t13a = f32x4.sub(t10a, t11a)
      const t13b = f32x4.sub(t10b, t11b)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t14b = f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t15b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125))), f32x4.mul(t5b, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t16b = f32x4.add(t14b, t15b)
      const t17a = f32x4.sub(t14a, t15a)
      const t17b = f32x4.sub(t14b, t15b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t8a)
      v128.store(q, t8b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t12a)
      v128.store(q, t12b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t5a)
      v128.store(q, t5b, 16)
      from += 192
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 96
    for (let i = 0; i < 6; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t17a = f32x4.sub(t14a, t15a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t5a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      const t6a = f32x4.add(f32x4.add(t0a, t2a), t4a)
      const t7a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t8a = f32x4.add(t6a, t7a)
      const t9a = f32x4.sub(t6a, t7a)
      const t10a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16)))
      const t11a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t12a = f32x4.add(t10a, t11a)
      const t13a = f32x4.sub(t10a, t11a)
      const t14a = f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t16a = f32x4.add(t14a, t15a)
      const t17a = f32x4.sub(t14a, t15a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t8a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t12a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t5a)
      from += 96
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter8_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 48
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.mul(t0a, f32x4.splat(-1))
      const t4a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t5a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.011111111111111112)), f32x4.mul(t2a, f32x4.splat(0.044444444444444446)))
      const t9a = f32x4.mul(t1a, f32x4.splat(0.022222222222222223))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.7111111111111111)), f32x4.mul(t2a, f32x4.splat(0.17777777777777778)))
      const t13a = f32x4.mul(t1a, f32x4.splat(0.35555555555555557))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t3a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t2a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      const t3a = f32x4.mul(t0a, f32x4.splat(-1))
      const t4a = f32x4.add(f32x4.mul(t0a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t2a, f32x4.splat(-0.2222222222222222)))
      const t5a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t6a = f32x4.add(t4a, t5a)
      const t7a = f32x4.sub(t4a, t5a)
      const t8a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.011111111111111112)), f32x4.mul(t2a, f32x4.splat(0.044444444444444446)))
      const t9a = f32x4.mul(t1a, f32x4.splat(0.022222222222222223))
      const t10a = f32x4.add(t8a, t9a)
      const t11a = f32x4.sub(t8a, t9a)
      const t12a = f32x4.add(f32x4.mul(t0a, f32x4.splat(0.7111111111111111)), f32x4.mul(t2a, f32x4.splat(0.17777777777777778)))
      const t13a = f32x4.mul(t1a, f32x4.splat(0.35555555555555557))
      const t14a = f32x4.add(t12a, t13a)
      const t15a = f32x4.sub(t12a, t13a)
      v128.store(q, t3a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t7a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t11a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t2a)
      from += 48
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient8_6(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.044444444444444446))), f32x4.mul(t10a, f32x4.splat(0.17777777777777778)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 3; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.mul(t11a, f32x4.splat(-0.2222222222222222)), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      const t16a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.044444444444444446))), f32x4.mul(t10a, f32x4.splat(0.17777777777777778)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function output8_7(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  const least = f32x4.splat(floor)
  if (wide) for (; vectors > 1; vectors -= 2) {
    const biasa = v128.load(bias)
    const biasb = v128.load(bias, 16)
    let from = src, to = scratch
    let step = srcRow, move: usize = 256
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t18b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(16))), f32x4.mul(t10b, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      const t19b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(32))), f32x4.mul(t13b, f32x4.splat(0.03125)))
      const t20a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(64))), f32x4.mul(t10a, f32x4.splat(0.015625)))
      const t20b = f32x4.add(f32x4.add(f32x4.add(t8b, t7b), f32x4.mul(t9b, f32x4.splat(64))), f32x4.mul(t10b, f32x4.splat(0.015625)))
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t15a)
      v128.store(q, t15b, 16)
      q += move
      v128.store(q, t16a)
      v128.store(q, t16b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      q += move
      v128.store(q, t19a)
      v128.store(q, t19b, 16)
      q += move
      v128.store(q, t20a)
      v128.store(q, t20b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      p += step
      const t7a = v128.load(p)
      const t7b = v128.load(p, 16)
      const t8a = f32x4.add(t1a, t2a)
      const t8b = f32x4.add(t1b, t2b)
      const t9a = f32x4.add(t3a, t4a)
      const t9b = f32x4.add(t3b, t4b)
      const t10a = f32x4.add(t5a, t6a)
      const t10b = f32x4.add(t5b, t6b)
      const t11a = f32x4.sub(t1a, t2a)
      const t11b = f32x4.sub(t1b, t2b)
      const t12a = f32x4.sub(t3a, t4a)
      const t12b = f32x4.sub(t3b, t4b)
      const t13a = f32x4.sub(t5a, t6a)
      const t13b = f32x4.sub(t5b, t6b)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t14b = f32x4.add(f32x4.add(f32x4.add(t0b, t8b), t9b), t10b)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t15b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(2))), f32x4.mul(t13b, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t16b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(4))), f32x4.mul(t10b, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t17b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(8))), f32x4.mul(t13b, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t18b = f32x4.add(f32x4.add(t8b, f32x4.mul(t9b, f32x4.splat(16))), f32x4.mul(t10b, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      const t19b = f32x4.add(f32x4.add(t11b, f32x4.mul(t12b, f32x4.splat(32))), f32x4.mul(t13b, f32x4.splat(0.03125)))
      const t20a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(64))), f32x4.mul(t10a, f32x4.splat(0.015625)))
      const t20b = f32x4.add(f32x4.add(f32x4.add(t8b, t7b), f32x4.mul(t9b, f32x4.splat(64))), f32x4.mul(t10b, f32x4.splat(0.015625)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t14b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t15b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t16b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t17b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t18b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t19a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t19b, biasb), least), 16)
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t20a, biasa), least))
      v128.store(q, f32x4.pmax(f32x4.add(t20b, biasb), least), 16)
      from += 256
      to += dstRow
    }
    src += 32
    dst += 32
    bias += 32
  }
  for (; vectors > 0; vectors--) {
    const biasa = v128.load(bias)
    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      const t20a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(64))), f32x4.mul(t10a, f32x4.splat(0.015625)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      q += move
      v128.store(q, t16a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      q += move
      v128.store(q, t19a)
      q += move
      v128.store(q, t20a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(t0a, t8a), t9a), t10a)
      const t15a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(2))), f32x4.mul(t13a, f32x4.splat(0.5)))
      const t16a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(4))), f32x4.mul(t10a, f32x4.splat(0.25)))
      const t17a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(8))), f32x4.mul(t13a, f32x4.splat(0.125)))
      const t18a = f32x4.add(f32x4.add(t8a, f32x4.mul(t9a, f32x4.splat(16))), f32x4.mul(t10a, f32x4.splat(0.0625)))
      const t19a = f32x4.add(f32x4.add(t11a, f32x4.mul(t12a, f32x4.splat(32))), f32x4.mul(t13a, f32x4.splat(0.03125)))
      const t20a = f32x4.add(f32x4.add(f32x4.add(t8a, t7a), f32x4.mul(t9a, f32x4.splat(64))), f32x4.mul(t10a, f32x4.splat(0.015625)))
      v128.store(q, f32x4.pmax(f32x4.add(t14a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t15a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t16a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t17a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t18a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t19a, biasa), least))
      q += move
      v128.store(q, f32x4.pmax(f32x4.add(t20a, biasa), least))
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
    bias += 16
  }
}

export function outputGradient8_7(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (wide) for (; vectors > 1; vectors -= 2) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 224
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(f32x4.add(f32x4.add(t0a, t2a), t4a), t6a)
      const t7b = f32x4.add(f32x4.add(f32x4.add(t0b, t2b), t4b), t6b)
      const t8a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t8b = f32x4.add(f32x4.add(t1b, t3b), t5b)
      const t9a = f32x4.add(t7a, t8a)
      const t9b = f32x4.add(t7b, t8b)
      const t10a = f32x4.sub(t7a, t8a)
      const t10b = f32x4.sub(t7b, t8b)
      const t11a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16))), f32x4.mul(t6a, f32x4.splat(64)))
      const t11b = f32x4.add(f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16))), f32x4.mul(t6b, f32x4.splat(64)))
      const t12a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t12b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8))), f32x4.mul(t5b, f32x4.splat(32)))
      const t13a = f32x4.add(t11a, t12a)
      const t13b = f32x4.add(t11b, t12b)
      const t14a = f32x4.sub(t11a, t12a)
      const t14b = f32x4.sub(t11b, t12b)
      const t15a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625))), f32x4.mul(t6a, f32x4.splat(0.015625)))
      const t15b = f32x4.add(f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625))), f32x4.mul(t6b, f32x4.splat(0.015625)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t16b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125))), f32x4.mul(t5b, f32x4.splat(0.03125)))
      const t17a = f32x4.add(t15a, t16a)
      const t17b = f32x4.add(t15b, t16b)
      const t18a = f32x4.sub(t15a, t16a)
      const t18b = f32x4.sub(t15b, t16b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      q += move
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      from += srcColumn
      to += 32
    }
    from = scratch
    to = dst
    step = 32
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      const t0b = v128.load(p, 16)
      p += step
      const t1a = v128.load(p)
      const t1b = v128.load(p, 16)
      p += step
      const t2a = v128.load(p)
      const t2b = v128.load(p, 16)
      p += step
      const t3a = v128.load(p)
      const t3b = v128.load(p, 16)
      p += step
      const t4a = v128.load(p)
      const t4b = v128.load(p, 16)
      p += step
      const t5a = v128.load(p)
      const t5b = v128.load(p, 16)
      p += step
      const t6a = v128.load(p)
      const t6b = v128.load(p, 16)
      const t7a = f32x4.add(f32x4.add(f32x4.add(t0a, t2a), t4a), t6a)
      const t7b = f32x4.add(f32x4.add(f32x4.add(t0b, t2b), t4b), t6b)
      const t8a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t8b = f32x4.add(f32x4.add(t1b, t3b), t5b)
      const t9a = f32x4.add(t7a, t8a)
      const t9b = f32x4.add(t7b, t8b)
      const t10a = f32x4.sub(t7a, t8a)
      const t10b = f32x4.sub(t7b, t8b)
      const t11a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16))), f32x4.mul(t6a, f32x4.splat(64)))
      const t11b = f32x4.add(f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(4))), f32x4.mul(t4b, f32x4.splat(16))), f32x4.mul(t6b, f32x4.splat(64)))
      const t12a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t12b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(2)), f32x4.mul(t3b, f32x4.splat(8))), f32x4.mul(t5b, f32x4.splat(32)))
      const t13a = f32x4.add(t11a, t12a)
      const t13b = f32x4.add(t11b, t12b)
      const t14a = f32x4.sub(t11a, t12a)
      const t14b = f32x4.sub(t11b, t12b)
      const t15a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625))), f32x4.mul(t6a, f32x4.splat(0.015625)))
      const t15b = f32x4.add(f32x4.add(f32x4.add(t0b, f32x4.mul(t2b, f32x4.splat(0.25))), f32x4.mul(t4b, f32x4.splat(0.0625))), f32x4.mul(t6b, f32x4.splat(0.015625)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t16b = f32x4.add(f32x4.add(f32x4.mul(t1b, f32x4.splat(0.5)), f32x4.mul(t3b, f32x4.splat(0.125))), f32x4.mul(t5b, f32x4.splat(0.03125)))
      const t17a = f32x4.add(t15a, t16a)
      const t17b = f32x4.add(t15b, t16b)
      const t18a = f32x4.sub(t15a, t16a)
      const t18b = f32x4.sub(t15b, t16b)
      v128.store(q, t0a)
      v128.store(q, t0b, 16)
      q += move
      v128.store(q, t9a)
      v128.store(q, t9b, 16)
      q += move
      v128.store(q, t10a)
      v128.store(q, t10b, 16)
      q += move
      v128.store(q, t13a)
      v128.store(q, t13b, 16)
      q += move
      v128.store(q, t14a)
      v128.store(q, t14b, 16)
      q += move
      v128.store(q, t17a)
      v128.store(q, t17b, 16)
      q += move
      v128.store(q, t18a)
      v128.store(q, t18b, 16)
      q += move
      v128.store(q, t6a)
      v128.store(q, t6b, 16)
      from += 224
      to += dstRow
    }
    src += 32
    dst += 32
  }
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 112
    for (let i = 0; i < 7; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(f32x4.add(f32x4.add(t0a, t2a), t4a), t6a)
      const t8a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16))), f32x4.mul(t6a, f32x4.splat(64)))
      const t12a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      const t15a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625))), f32x4.mul(t6a, f32x4.splat(0.015625)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t17a = f32x4.add(t15a, t16a)
      const t18a = f32x4.sub(t15a, t16a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      q += move
      v128.store(q, t6a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      const t7a = f32x4.add(f32x4.add(f32x4.add(t0a, t2a), t4a), t6a)
      const t8a = f32x4.add(f32x4.add(t1a, t3a), t5a)
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(4))), f32x4.mul(t4a, f32x4.splat(16))), f32x4.mul(t6a, f32x4.splat(64)))
      const t12a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(2)), f32x4.mul(t3a, f32x4.splat(8))), f32x4.mul(t5a, f32x4.splat(32)))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      const t15a = f32x4.add(f32x4.add(f32x4.add(t0a, f32x4.mul(t2a, f32x4.splat(0.25))), f32x4.mul(t4a, f32x4.splat(0.0625))), f32x4.mul(t6a, f32x4.splat(0.015625)))
      const t16a = f32x4.add(f32x4.add(f32x4.mul(t1a, f32x4.splat(0.5)), f32x4.mul(t3a, f32x4.splat(0.125))), f32x4.mul(t5a, f32x4.splat(0.03125)))
      const t17a = f32x4.add(t15a, t16a)
      const t18a = f32x4.sub(t15a, t16a)
      v128.store(q, t0a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t17a)
      q += move
      v128.store(q, t18a)
      q += move
      v128.store(q, t6a)
      from += 112
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filter8_7(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 32
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(-1))
      const t3a = f32x4.mul(t0a, f32x4.splat(-0.2222222222222222))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.mul(t0a, f32x4.splat(0.011111111111111112))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.022222222222222223))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.mul(t0a, f32x4.splat(0.7111111111111111))
      const t12a = f32x4.mul(t1a, f32x4.splat(0.35555555555555557))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      v128.store(q, t2a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t1a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      const t2a = f32x4.mul(t0a, f32x4.splat(-1))
      const t3a = f32x4.mul(t0a, f32x4.splat(-0.2222222222222222))
      const t4a = f32x4.mul(t1a, f32x4.splat(-0.2222222222222222))
      const t5a = f32x4.add(t3a, t4a)
      const t6a = f32x4.sub(t3a, t4a)
      const t7a = f32x4.mul(t0a, f32x4.splat(0.011111111111111112))
      const t8a = f32x4.mul(t1a, f32x4.splat(0.022222222222222223))
      const t9a = f32x4.add(t7a, t8a)
      const t10a = f32x4.sub(t7a, t8a)
      const t11a = f32x4.mul(t0a, f32x4.splat(0.7111111111111111))
      const t12a = f32x4.mul(t1a, f32x4.splat(0.35555555555555557))
      const t13a = f32x4.add(t11a, t12a)
      const t14a = f32x4.sub(t11a, t12a)
      v128.store(q, t2a)
      q += move
      v128.store(q, t5a)
      q += move
      v128.store(q, t6a)
      q += move
      v128.store(q, t9a)
      q += move
      v128.store(q, t10a)
      q += move
      v128.store(q, t13a)
      q += move
      v128.store(q, t14a)
      q += move
      v128.store(q, t1a)
      from += 32
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function filterGradient8_7(src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  for (; vectors > 0; vectors--) {

    let from = src, to = scratch
    let step = srcRow, move: usize = 128
    for (let i = 0; i < 8; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t11a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      from += srcColumn
      to += 16
    }
    from = scratch
    to = dst
    step = 16
    move = dstColumn
    for (let i = 0; i < 2; i++) {
      let p = from, q = to
      const t0a = v128.load(p)
      p += step
      const t1a = v128.load(p)
      p += step
      const t2a = v128.load(p)
      p += step
      const t3a = v128.load(p)
      p += step
      const t4a = v128.load(p)
      p += step
      const t5a = v128.load(p)
      p += step
      const t6a = v128.load(p)
      p += step
      const t7a = v128.load(p)
      const t8a = f32x4.add(t1a, t2a)
      const t9a = f32x4.add(t3a, t4a)
      const t10a = f32x4.add(t5a, t6a)
      const t11a = f32x4.sub(t1a, t2a)
      const t12a = f32x4.sub(t3a, t4a)
      const t13a = f32x4.sub(t5a, t6a)
      const t14a = f32x4.add(f32x4.add(f32x4.add(f32x4.mul(t0a, f32x4.splat(-1)), f32x4.mul(t8a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t9a, f32x4.splat(0.011111111111111112))), f32x4.mul(t10a, f32x4.splat(0.7111111111111111)))
      const t15a = f32x4.add(f32x4.add(f32x4.add(t7a, f32x4.mul(t11a, f32x4.splat(-0.2222222222222222))), f32x4.mul(t12a, f32x4.splat(0.022222222222222223))), f32x4.mul(t13a, f32x4.splat(0.35555555555555557)))
      v128.store(q, t14a)
      q += move
      v128.store(q, t15a)
      from += 128
      to += dstRow
    }
    src += 16
    dst += 16
  }
}

export function dataTransform(points: i32, src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (points == 5) return data5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 6) return data6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 7) return data7(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 8) return data8(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  unreachable()
}

export function outputTransform(points: i32, outputs: i32, src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32, bias: usize, floor: f32): void {
  if (points == 5 && outputs == 3) return output5_3(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 5 && outputs == 4) return output5_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 6 && outputs == 4) return output6_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 6 && outputs == 5) return output6_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 7 && outputs == 4) return output7_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 7 && outputs == 5) return output7_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 7 && outputs == 6) return output7_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 8 && outputs == 4) return output8_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 8 && outputs == 5) return output8_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 8 && outputs == 6) return output8_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  if (points == 8 && outputs == 7) return output8_7(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide, bias, floor)
  unreachable()
}

export function outputGradientTransform(points: i32, outputs: i32, src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize, wide: i32): void {
  if (points == 5 && outputs == 3) return outputGradient5_3(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 5 && outputs == 4) return outputGradient5_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 6 && outputs == 4) return outputGradient6_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 6 && outputs == 5) return outputGradient6_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 7 && outputs == 4) return outputGradient7_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 7 && outputs == 5) return outputGradient7_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 7 && outputs == 6) return outputGradient7_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 8 && outputs == 4) return outputGradient8_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 8 && outputs == 5) return outputGradient8_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 8 && outputs == 6) return outputGradient8_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  if (points == 8 && outputs == 7) return outputGradient8_7(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch, wide)
  unreachable()
}

export function filterTransform(points: i32, outputs: i32, src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  if (points == 5 && outputs == 3) return filter5_3(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 5 && outputs == 4) return filter5_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 6 && outputs == 4) return filter6_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 6 && outputs == 5) return filter6_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 7 && outputs == 4) return filter7_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 7 && outputs == 5) return filter7_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 7 && outputs == 6) return filter7_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 4) return filter8_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 5) return filter8_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 6) return filter8_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 7) return filter8_7(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  unreachable()
}

export function filterGradientTransform(points: i32, outputs: i32, src: usize, srcRow: usize, srcColumn: usize, dst: usize, dstRow: usize, dstColumn: usize, vectors: i32, scratch: usize): void {
  if (points == 5 && outputs == 3) return filterGradient5_3(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 5 && outputs == 4) return filterGradient5_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 6 && outputs == 4) return filterGradient6_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 6 && outputs == 5) return filterGradient6_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 7 && outputs == 4) return filterGradient7_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 7 && outputs == 5) return filterGradient7_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 7 && outputs == 6) return filterGradient7_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 4) return filterGradient8_4(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 5) return filterGradient8_5(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 6) return filterGradient8_6(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  if (points == 8 && outputs == 7) return filterGradient8_7(src, srcRow, srcColumn, dst, dstRow, dstColumn, vectors, scratch)
  unreachable()
}
