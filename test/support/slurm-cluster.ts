// A Slurm cluster of this machine alone, for tests: controller and node daemon of Debian's slurm-wlm, in a folder of their own, on free
// ports, without authentication or accounting. Ends only what it has started.
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const daemons = ['slurmctld', 'slurmd']
const environment = { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` }

/** For test titles: why a test with Slurm does not run. */
export const slurmAbsent = daemons.every(name => spawnSync(name, ['-V'], { env: environment }).status === 0)
  ? null
  : 'slurm is absent; apt-get install slurm-wlm'

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

const node = hostname().split('.')[0]!

const configuration = (folder: string, ports: readonly [number, number]) => `ClusterName=eyes
SlurmctldHost=${node}(127.0.0.1)
SlurmctldPort=${ports[0]}
SlurmdPort=${ports[1]}
AuthType=auth/none
CredType=cred/none
SlurmUser=${userInfo().username}
SlurmdUser=${userInfo().username}
StateSaveLocation=${join(folder, 'state')}
SlurmdSpoolDir=${join(folder, 'spool')}
SlurmctldPidFile=${join(folder, 'slurmctld.pid')}
SlurmdPidFile=${join(folder, 'slurmd.pid')}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
ReturnToService=2
MinJobAge=2
NodeName=${node} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=ALL Default=YES MaxTime=10 State=UP
`

export interface SlurmCluster {
  /** Runs a Slurm command; answers its standard output. */
  run(command: string, args: readonly string[], cwd: string): Promise<string>
  close(): Promise<void>
}

async function before<T>(seconds: number, what: string, poll: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
    const found = await poll().catch(() => undefined)
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 200))
  }
  throw new Error(`slurm: ${what} did not happen within ${seconds} s`)
}

export async function startSlurm(folder: string): Promise<SlurmCluster> {
  const file = join(folder, 'slurm.conf')
  for (const name of ['state', 'spool']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(file, configuration(folder, [await freePort(), await freePort()]))
  await writeFile(join(folder, 'cgroup.conf'), '')
  const env = { ...environment, SLURM_CONF: file }
  const run: SlurmCluster['run'] = async (command, args, cwd) =>
    (await promisify(execFile)(command, args, { cwd, env, timeout: 10_000 })).stdout
  const start = (name: string, args: readonly string[]) =>
    spawn(name, ['-D', '-f', file, '-L', join(folder, `${name}.log`), ...args], { env, stdio: 'ignore' })
  const children = [start('slurmctld', ['-c']), start('slurmd', ['-N', node])]
  const close = async () => {
    await Promise.all(children.map(end))
  }
  try {
    const isIdle = async () => ((await run('sinfo', ['-h', '-o', '%T'], folder)).trim() === 'idle' ? true : undefined)
    await before(20, 'an idle node', isIdle)
  } catch (error) {
    await close()
    const logs = await Promise.all(
      ['slurmctld', 'slurmd'].map(name => readFile(join(folder, `${name}.log`), 'utf8').catch(() => '')),
    )
    throw new Error(`${(error as Error).message}\n${logs.join('\n')}`, { cause: error })
  }
  return { run, close }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGTERM')
  const late = setTimeout(() => child.kill('SIGKILL'), 5000)
  await gone
  clearTimeout(late)
}

/** Waits until a job, with all tasks of its array, has left the queue. */
export const jobEnd = (cluster: SlurmCluster, job: string, folder: string) =>
  before(45, `the end of job ${job}`, async () => {
    const queue = await cluster.run('squeue', ['-h', '-o', '%A %T'], folder)
    return queue.trim() === '' ? true : undefined
  })
