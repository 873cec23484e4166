// Who may train into a folder: the lock against living, dead, foreign and pretended owners, and two who want a dead one's.
import { execFileSync, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lockFile, lockFolder } from '../../src/training/lock.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'eyes-lock-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const path = () => join(folder, lockFile)
const read = async () => JSON.parse(await readFile(path(), 'utf8')) as Record<string, unknown>
const write = (owner: object) => writeFile(path(), JSON.stringify(owner))

/** The pid of a process that has ended. */
function deadPid(): Promise<number> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, ['-e', ''])
    child.on('exit', () => {
      resolve(child.pid!)
    })
  })
}

const refused = (message: RegExp) => ({ code: 'INPUT', message: expect.stringMatching(message) as string })

describe('lockFolder', () => {
  it('names its owner, keeps others out, and leaves nothing behind', async () => {
    const lock = await lockFolder(folder)
    expect(await read()).toMatchObject({ pid: process.pid, host: hostname() })
    await expect(lockFolder(folder)).rejects.toMatchObject(
      refused(new RegExp(`process ${process.pid} on ${hostname()} trains into it .*Wait for it`)),
    )
    await lock.check()
    await lock.release()
    expect(await readdir(folder)).toEqual([])
    await (await lockFolder(folder)).release()
  })

  it('is taken over from a dead owner', async () => {
    await write({ pid: await deadPid(), host: hostname() })
    const lock = await lockFolder(folder)
    expect(await read()).toMatchObject({ pid: process.pid })
    expect(await readdir(folder)).toEqual([lockFile])
    await lock.release()
    expect(await readdir(folder)).toEqual([])
  })

  it('is not taken from another host, whose processes nobody here can see', async () => {
    await write({ pid: await deadPid(), host: 'elsewhere', started: '2026-01-02' })
    await expect(lockFolder(folder)).rejects.toMatchObject(
      refused(/locked by process \d+ on elsewhere \(since 2026-01-02\).*remove .*lock\.json/),
    )
  })

  it.skipIf(process.platform !== 'linux')('is taken from an owner whose pid is another process now', async () => {
    const lock = await lockFolder(folder)
    const own = await read()
    await lock.release()
    await write({ ...own, ticks: '1' })
    await (await lockFolder(folder)).release()
    await write({ ...own, boot: 'another start of this machine' })
    await (await lockFolder(folder)).release()
    await write({ ...own, id: 'another lock of this process' })
    await expect(lockFolder(folder)).rejects.toMatchObject({ code: 'INPUT' })
  })

  it.each(['', '{', 'null', '{"pid":"1"}'])('that nobody finished writing is nobody’s: %j', async text => {
    await writeFile(path(), text)
    await (await lockFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  it('of a dead owner goes to one of many takers', async () => {
    const dead = await deadPid()
    for (let round = 0; round < 20; round++) {
      await write({ pid: dead, host: hostname(), id: `round ${round}` })
      const takers = await Promise.allSettled(Array.from({ length: 6 }, () => lockFolder(folder)))
      const winners = takers.filter(taker => taker.status === 'fulfilled')
      expect(winners).toHaveLength(1)
      await winners[0]!.value.check()
      await winners[0]!.value.release()
      expect(await readdir(folder)).toEqual([])
    }
  })

  it('of a dead owner can be taken even if an earlier taker died over it', async () => {
    const dead = await deadPid()
    const text = JSON.stringify({ pid: dead, host: hostname(), id: 'first' })
    await writeFile(path(), text)
    const { createHash } = await import('node:crypto')
    const claim = `${path()}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
    await writeFile(claim, JSON.stringify({ pid: dead, host: hostname(), id: 'second' }))
    await (await lockFolder(folder)).release()
    expect(await readdir(folder)).toEqual([])
  })

  it('tells its owner when it is somebody else’s or gone, and is then left alone', async () => {
    const lock = await lockFolder(folder)
    await write({ pid: 1, host: 'elsewhere' })
    await expect(lock.check()).rejects.toMatchObject({
      code: 'STORAGE',
      message: expect.stringMatching(/process 1's on elsewhere by now/) as string,
    })
    await lock.release()
    expect(await read()).toMatchObject({ host: 'elsewhere' })
    await rm(path())
    await expect(lock.check()).rejects.toMatchObject({ code: 'STORAGE' })
  })

  it.skipIf(process.platform === 'win32')(
    'that is no file of ours is refused by name, not waited for or read',
    async () => {
      // What an archive from a stranger may hold: a pipe would never answer, a device never end.
      execFileSync('mkfifo', [path()])
      await expect(lockFolder(folder)).rejects.toMatchObject(refused(/lock\.json: is not a regular file/))
      await rm(path())
      await symlink('/dev/zero', path())
      await expect(lockFolder(folder)).rejects.toMatchObject(refused(/lock\.json: is not a regular file/))
      await rm(path())
      await writeFile(path(), ' '.repeat(100_000))
      await expect(lockFolder(folder)).rejects.toMatchObject(refused(/lock\.json: has 100000 bytes, wanted/))
    },
  )

  it('says how to go on where nobody can tell whether its process is still the same', async () => {
    // Without /proc a pid that was given anew looks like the owner.
    await write({ pid: process.ppid, host: hostname(), boot: null, ticks: null })
    await expect(lockFolder(folder)).rejects.toMatchObject(
      refused(
        /Wait for it, end it, or choose another folder; where that process is another program by now, remove .*lock\.json\.$/,
      ),
    )
  })

  it('needs a folder', async () => {
    await expect(lockFolder(join(folder, 'none'))).rejects.toMatchObject({ code: 'STORAGE' })
  })
})
