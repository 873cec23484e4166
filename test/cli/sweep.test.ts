// Sweeps by the real command with worker threads: what ends up where, exit codes, signals, and a cluster of one machine running the array.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { encodeNpy } from '../../src/data/npy-write.js'
import { indexRanges } from '../../src/cli/sweep.js'
import { jobEnd, slurmAbsent, startSlurm } from '../support/slurm-cluster.js'
import { cliPath, emptyFolder, runCommand } from './command.js'

let place: Awaited<ReturnType<typeof emptyFolder>>

/** No variable of a cluster that these tests may themselves run on. */
const outside = { SLURM_ARRAY_TASK_ID: '', JOB_COMPLETION_INDEX: '' }
const command = (line: string, options: Partial<Parameters<typeof runCommand>[1]> = {}) =>
  runCommand(line.split(' '), { folder: place.folder, ...options, environment: { ...outside, ...options.environment } })
const read = (path: string) => readFile(join(place.folder, path), 'utf8')

interface Printed {
  readonly folder: string
  readonly missing: number[]
  readonly failed: { index: number }[]
  readonly rows: { label: string; psnr: { mean: number } | null; trials: { folder: string; status: string }[] }[]
}
const printed = (stdout: string) => JSON.parse(stdout) as Printed

beforeAll(async () => {
  place = await emptyFolder()
  const pixels = Uint8Array.from({ length: 8 * 16 * 16 * 3 }, (_, i) => (i * 37) % 256)
  await writeFile(join(place.folder, 'data.npy'), encodeNpy(pixels, [8, 16, 16, 3]))
  await writeFile(
    join(place.folder, 'few.yaml'),
    'epochs: 1\ndata: data.npy\ngeometry: [[4, 2, 1], [4, 2, 2], [2, 2, 0]]\n',
  )
})
afterAll(() => place.remove())

describe('eyes-wasm sweep', () => {
  it('runs what is not finished, says what failed with code 1, and prints one JSON object', async () => {
    const first = await command('sweep few.yaml --out few --json')
    expect(first.stderr).toMatch(
      /sweep 'few': 3 trials, in few\ntrial 1 of 3: \(4, 2, 1\)\nepoch 1\/1 [^]*failed: trial 1 \(1-ae-k4s2p2\): /,
    )
    expect(first.stderr).not.toMatch(/^\s+at /m)
    expect(first.code).toBe(1)
    const { rows, failed, missing, folder } = printed(first.stdout)
    expect(rows.map(({ trials }) => trials[0]!.status)).toEqual(['finished', 'failed', 'finished'])
    expect(failed.map(({ index }) => index)).toEqual([1])
    expect(missing).toEqual([])
    expect(await readdir(join(folder, rows[2]!.trials[0]!.folder))).toContain('model.safetensors')
    expect(await read('few/table.md')).toContain('| (2, 2, 0) |')
    expect(printed(await read('few/table.json')).rows).toEqual(rows)

    const again = await command('sweep few.yaml --out few')
    expect(again.stderr).toContain('3 trials, 0 to run')
    expect(again.stdout).toMatch(/^\(k, s, p\) +\(4, 2, 1\) +\(4, 2, 2\) +\(2, 2, 0\)\nPSNR \(dB\) ↑ /)
    expect(again.code).toBe(1)
  })

  it('has a folder of its own by default, the same each time', async () => {
    const line = 'sweep --preset table1 --data data.npy --epochs 1 --batch 8 --index 4 --quiet --json'
    const { code } = await command(line)
    // (4, 2, 2) does not come back to 16x16.
    expect(code).toBe(2)
    const [folder] = (await readdir(join(place.folder, 'runs'))).filter(name => name.startsWith('sweep-table1-'))
    expect(await readdir(join(place.folder, 'runs', folder!, 'results'))).toEqual(['4-ae-k4s2p2.json'])
    await command(line)
    expect((await readdir(join(place.folder, 'runs'))).filter(name => name.startsWith('sweep-table1-'))).toEqual([
      folder,
    ])
  })

  it.skipIf(process.platform === 'win32')(
    'stops on SIGINT after the step under way, and goes on from there',
    async () => {
      const line = 'sweep few.yaml --epochs 400 --out stopped --parallel 2'
      let isSent = false
      const { code, stderr } = await command(line, {
        onStderr: (text, kill) => {
          if (isSent || !text.includes('epoch 40/400')) return
          isSent = true
          kill('SIGINT')
        },
      })
      expect(stderr).toContain('not finished: trials ')
      expect(code).toBe(130)
      const before = (await read('stopped/trials.jsonl')).trim().split('\n').length
      const second = await command(line)
      expect(second.code).toBe(1)
      expect(second.stderr).toContain(`${3 - before} to run`)
      expect((await read('stopped/trials.jsonl')).trim().split('\n')).toHaveLength(3)
    },
  )

  it('refuses what makes no sense', async () => {
    await writeFile(join(place.folder, 'typo.yaml'), 'epcohs: 3\n')
    const cases: [string, RegExp][] = [
      ['sweep', /sweep: found neither a file nor --preset, wanted one of them/],
      ['sweep few.yaml --preset table1', /found the file few\.yaml and --preset table1/],
      ['sweep typo.yaml', /typo\.yaml: unknown key 'epcohs', wanted .* Did you mean epochs\?/],
      ['sweep --preset table2', /preset: found 'table2', wanted table1 or table4/],
      ['sweep few.yaml --kernel 3', /--kernel: the sweep 'few' sets geometry itself/],
      ['sweep few.yaml --index 3 --out none', /--index: found 3, but the sweep 'few' has 3 trials/],
      ['sweep few.yaml --index x', /--index: found 'x', wanted a number/],
      ['sweep few.yaml --out few --epochs 9', /--out: .*few holds the sweep 'few' .* their trials differ/],
      ['sweep few.yaml --collect --out none', /--collect: .*none holds no trial/],
      ['sweep few.yaml --print cron', /--print: found 'cron', wanted slurm or kubernetes/],
      ['sweep few.yaml --data nowhere --out none', /nowhere: does not exist/],
    ]
    for (const [line, message] of cases) {
      const { code, stderr } = await command(line)
      expect(stderr, line).toMatch(message)
      expect(code, line).toBe(2)
    }
    expect(await place.entries()).not.toContain('none')
  })

  it('writes indices as Slurm does', () => {
    expect(indexRanges([0, 2, 3, 4, 9])).toBe('0,2-4,9')
    expect(indexRanges([])).toBe('')
  })
})

describe('a sweep on many machines', () => {
  it('takes its index from the environment, and is collected', async () => {
    const one = await command('sweep few.yaml --out shared --json', { environment: { JOB_COMPLETION_INDEX: '2' } })
    expect(one.stderr).toContain('trial 2 (from JOB_COMPLETION_INDEX)')
    expect(one.code).toBe(0)
    expect(await readdir(join(place.folder, 'shared'))).not.toContain('table.md')
    const wrong = await command('sweep few.yaml --out shared', { environment: { SLURM_ARRAY_TASK_ID: 'two' } })
    expect(wrong.stderr).toContain("SLURM_ARRAY_TASK_ID: found 'two'")
    const collected = await command('sweep few.yaml --out shared --collect --json', {
      environment: { JOB_COMPLETION_INDEX: '0' },
    })
    expect(collected.code).toBe(0)
    expect(collected.stderr).toContain('not finished: trials 0-1')
    expect(printed(collected.stdout).missing).toEqual([0, 1])
  })

  it('is printed as a Kubernetes job', async () => {
    const { stdout, code } = await command(
      'sweep --preset table4 --epochs 3 --size 48x64 --no-shuffle --print kubernetes',
    )
    expect(code).toBe(0)
    const container = 'spec.template.spec.containers.0.command'
    const manifest = parseDocument(stdout).toJS() as unknown
    expect(manifest).toHaveProperty('spec.completions', 6)
    expect(manifest).toHaveProperty(
      container,
      expect.arrayContaining('sweep --preset table4 --epochs 3 --size 48x64 --no-shuffle'.split(' ')),
    )
  })

  it.skipIf(slurmAbsent !== null)(
    `runs as a Slurm array${slurmAbsent === null ? '' : ` (skipped: ${slurmAbsent})`}`,
    async () => {
      const script = await command('sweep few.yaml --seeds 2 --out array --threads 1 --print slurm')
      expect(script.code).toBe(0)
      await writeFile(join(place.folder, 'job.sh'), script.stdout)
      const folder = join(place.folder, 'slurm')
      await mkdir(folder)
      const cluster = await startSlurm(folder)
      try {
        const start = `${process.execPath} ${cliPath}`
        const submitted = await cluster.run(
          'sbatch',
          ['--parsable', `--export=ALL,EYES_WASM=${start}`, 'job.sh'],
          place.folder,
        )
        await jobEnd(cluster, submitted.trim(), place.folder)
      } finally {
        await cluster.close()
      }
      const { stdout, stderr, code } = await command('sweep few.yaml --seeds 2 --out array --collect --json')
      expect(stderr).not.toContain('not finished')
      const { missing, failed, rows } = printed(stdout)
      expect(missing).toEqual([])
      expect(failed.map(({ index }) => index)).toEqual([2, 3])
      expect(rows[0]!.psnr).toMatchObject({ n: 2 })
      expect(code).toBe(1)
      expect(await read('eyes-few-0.log')).toContain('trial 0 (from SLURM_ARRAY_TASK_ID)')
    },
  )
})
