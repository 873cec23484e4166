// A disk that fails while a run writes to it: full, made read-only, or the folder removed. The old checkpoint stays whole, the command
// says what is wrong and ends with 4, and the run goes on once there is room. The disk is a small tmpfs in a mount namespace of its own,
// which a Linux user may make where the system lets him; elsewhere these tests are skipped.
import { spawn, spawnSync } from 'node:child_process'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadCheckpoint } from '../../src/training/checkpoint-folder.js'
import { cliPath } from '../cli/command.js'
import { dataFolder, finishedEpochs, follow, removeFolder, type Running, runDigest, start } from './training.js'

const canMount = spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0

/** A disk of its own kind, seen from outside through the namespace's keeper. */
interface Disk {
  /** The disk's root as the namespace's processes know it, and as this process does. */
  readonly inside: string
  readonly outside: string
  /** Runs a shell command where the disk is mounted; its exit code. */
  shell(command: string): number | null
  /** Starts `eyes-wasm …args` where the disk is mounted. */
  start(args: readonly string[]): Running
  close(): void
}

async function openDisk(folder: string, size: string): Promise<Disk> {
  const inside = join(folder, 'disk')
  await mkdir(inside, { recursive: true })
  const keeper = spawn(
    'unshare',
    ['-rm', 'sh', '-c', 'mount -t tmpfs -o size="$1" tmpfs "$0" && echo ready && cat', inside, size],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  await new Promise<void>((resolve, reject) => {
    keeper.stdout.once('data', () => resolve())
    keeper.once('exit', () => reject(new Error('the disk could not be mounted')))
  })
  const enter = ['-t', String(keeper.pid), '-U', '-m', '--preserve-credentials']
  const environment = { ...process.env, NO_COLOR: '1' }
  return {
    inside,
    outside: join('/proc', String(keeper.pid), 'root', inside),
    shell: command => spawnSync('nsenter', [...enter, 'sh', '-c', command, inside]).status,
    start: args =>
      follow(
        spawn('nsenter', [...enter, process.execPath, cliPath, ...args], {
          env: environment,
          stdio: ['ignore', 'ignore', 'pipe'],
          timeout: 60_000,
          killSignal: 'SIGKILL',
        }),
      ),
    close: () => keeper.kill(),
  }
}

/** Waits until the run has finished `count` epochs. */
async function epochs(run: string, count: number, { ended }: Running): Promise<void> {
  for (;;) {
    if (finishedEpochs(run) >= count) return
    const early = await Promise.race([ended, wait(10)])
    if (early) throw new Error(`ended early: ${early.stderr}`)
  }
}

describe.skipIf(!canMount)('a disk that fails', () => {
  let folder = ''
  let disk: Disk
  const total = 400
  const flags = ['--batch', '8', '--threads', '2', '--save-every', '1st']
  const settings = () => ['train', '--data', join(folder, 'data.npy'), ...flags]
  const run = () => join(disk.inside, 'run')
  const seen = () => join(disk.outside, 'run')
  beforeAll(async () => {
    folder = await dataFolder()
  })
  afterAll(() => removeFolder(folder))
  beforeEach(async () => {
    disk = await openDisk(folder, '8m')
  })
  afterEach(() => disk.close())

  const begin = () => disk.start([...settings(), '--epochs', String(total), '--out', run()])

  /** The run ends with 4 and a message, its checkpoint is whole; `mend` makes room, and it goes on to what it would have been. */
  async function expectResumable(running: Running, message: RegExp, mend: () => void): Promise<void> {
    const { how, stderr } = await running.ended
    expect(how, stderr).toBe(4)
    expect(stderr).toMatch(message)
    const { step } = (await loadCheckpoint(seen())).checkpoint.snapshot.state
    expect(step).toBeGreaterThan(0)
    mend()
    const more = Math.floor(step / 3) + 4
    const rest = await disk.start(['train', '--resume', run(), '--epochs', String(more)]).ended
    expect(rest.how, rest.stderr).toBe(0)
    const whole = join(folder, 'whole')
    await rm(whole, { recursive: true, force: true })
    const other = await start([...settings(), '--epochs', String(more), '--out', whole], folder).ended
    expect(other.how, other.stderr).toBe(0)
    expect(await runDigest(seen())).toEqual(await runDigest(whole))
  }

  it('full: no half checkpoint, exit 4, and on once there is room', async () => {
    const running = begin()
    await epochs(seen(), 2, running)
    // All that is left, to the last byte; dd ends with "no space left".
    disk.shell('dd if=/dev/zero of="$0/ballast" bs=4k 2>/dev/null')
    await expectResumable(running, /cannot write \(ENOSPC\): the disk is full/, () => disk.shell('rm "$0/ballast"'))
    expect((await readdir(join(seen(), 'checkpoints'))).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  it('too small from the start: refused before training', async () => {
    disk.shell('dd if=/dev/zero of="$0/ballast" bs=4k 2>/dev/null; truncate -s -300k "$0/ballast"')
    const { how, stderr } = await begin().ended
    expect(how, stderr).toBe(4)
    expect(stderr).toMatch(/checkpoint/)
  })

  it('made read-only', async () => {
    const running = begin()
    await epochs(seen(), 2, running)
    // Refused while a file is open for writing: again until no write is under way.
    const remount = (mode: string) => {
      for (let tries = 0; disk.shell(`mount -o remount,${mode} "$0"`) !== 0; tries++)
        if (tries > 500) throw new Error(mode)
    }
    remount('ro')
    await expectResumable(running, /cannot write \(EROFS\): the disk is read-only/, () => remount('rw'))
  })

  it('removed: says so', async () => {
    const running = begin()
    await epochs(seen(), 2, running)
    disk.shell('rm -rf "$0/run"; while [ -e "$0/run" ]; do rm -rf "$0/run"; done')
    const { how, stderr } = await running.ended
    expect(how, stderr).toBe(4)
    expect(stderr).toMatch(/run.*the folder is not there \(any more\)/)
  })
})

it.skipIf(canMount)('a disk that fails: skipped, as no tmpfs can be mounted here', () => {
  expect(canMount).toBe(false)
})

// Without a disk of its own: permissions hold for everybody but root.
it.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a folder that nobody may write to', async () => {
  const folder = await dataFolder()
  await writeFile(join(folder, 'file'), '')
  await mkdir(join(folder, 'closed'), { mode: 0o500 })
  const { how, stderr } = await start(['train', '--data', 'data.npy', '--epochs', '1', '--out', 'closed/run'], folder)
    .ended
  await removeFolder(folder)
  expect(how, stderr).toBe(4)
  expect(stderr).toContain('permission denied')
})
