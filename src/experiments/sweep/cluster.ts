// A sweep for many machines as text: the job script of a Slurm array, or the manifest of a Kubernetes indexed job. Each task runs the same
// command, and finds its index in its environment. Writes nothing.
import type { SweepPlan } from './expand.js'

export interface ClusterJob {
  readonly plan: SweepPlan
  /** `sweep …` as it was called, without where and how to run: what --print, --out, --threads, --parallel and --json said. */
  readonly command: readonly string[]
  /** The folder that all machines share, as it was named. */
  readonly out: string
  /** Worker threads of a task; undefined: 4. */
  readonly threads?: number | undefined
  /** At most so many tasks at a time; undefined: as many as there is room for. */
  readonly parallel?: number | undefined
}

const defaultThreads = 4

/** One word of a shell command. */
const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)

const shell = (words: readonly string[]) => words.map(quoted).join(' ')

/** Script for `sbatch`: an array with one task a trial. */
export function slurmScript({ plan, command, out, threads = defaultThreads, parallel }: ClusterJob): string {
  const { name, trials } = plan
  const atOnce = parallel === undefined ? '' : `%${parallel}`
  const line = shell([...command, '--out', out])
  return `#!/bin/bash
# The sweep '${name}' as a Slurm array, one task a trial. Submit it where the paths below are right, in a folder that all nodes share:
#   sbatch THIS_FILE
# Afterwards, or to see what there is so far:
#   npx eyes-wasm ${line} --collect
#SBATCH --job-name=eyes-${name}
#SBATCH --array=0-${trials.length - 1}${atOnce}
#SBATCH --nodes=1
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=${threads}
#SBATCH --output=eyes-${name}-%a.log
set -eu
# The index of the trial comes from SLURM_ARRAY_TASK_ID. EYES_WASM names another way to start the command.
exec \${EYES_WASM:-npx eyes-wasm} ${line} --threads "\${SLURM_CPUS_PER_TASK:-${threads}}"
`
}

export interface KubernetesJob extends ClusterJob {
  /** Container image with Node; the package is fetched by npx. */
  readonly image: string
  /** Version of the package. */
  readonly version: string
  /** The sweep's YAML file, which goes along in the manifest: its name in `command` and its text. */
  readonly file?: { readonly path: string; readonly text: string } | undefined
}

/** Lower-case letters, digits and dashes, as Kubernetes names things. */
const dnsName = (name: string) =>
  `eyes-${name}`
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 52)
    .replace(/-+$/, '')

const header = (
  line: string,
) => `# One pod a trial (Kubernetes 1.29 or later). All pods share the volume claim 'eyes-wasm', in which the paths below lie:
#   kubectl apply -f THIS_FILE
# Afterwards, or to see what there is so far, where that volume is:
#   npx eyes-wasm ${line} --collect
`

/** Manifest of an indexed job, with the sweep's file as a ConfigMap where there is one. */
export async function kubernetesManifest(job: KubernetesJob): Promise<string> {
  const { stringify } = await import('./yaml.js')
  const { plan, command, out, threads = defaultThreads, parallel, image, version, file } = job
  const name = dnsName(plan.name)
  const count = plan.trials.length
  const fileName = file?.path.split(/[\\/]/).at(-1) ?? ''
  // The pod finds the file where the ConfigMap puts it.
  const inPod = command.map(word => (word === file?.path ? `/sweep/${fileName}` : word))
  const container = {
    name: 'trial',
    image,
    workingDir: '/work',
    command: ['npx', '--yes', `eyes-wasm@${version}`, ...inPod, '--out', out, '--threads', String(threads)],
    resources: { requests: { cpu: String(threads), memory: '2Gi' }, limits: { cpu: String(threads) } },
    volumeMounts: [
      { name: 'work', mountPath: '/work' },
      ...(file ? [{ name: 'sweep', mountPath: '/sweep', readOnly: true }] : []),
    ],
  }
  const volumes = [
    { name: 'work', persistentVolumeClaim: { claimName: 'eyes-wasm' } },
    ...(file ? [{ name: 'sweep', configMap: { name } }] : []),
  ]
  const manifest = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      completionMode: 'Indexed',
      completions: count,
      parallelism: Math.min(count, parallel ?? count),
      // A trial that fails is tried once more, and does not stop the rest.
      backoffLimitPerIndex: 1,
      maxFailedIndexes: count,
      template: { spec: { restartPolicy: 'Never', containers: [container], volumes } },
    },
  }
  const configMap = file && { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { [fileName]: file.text } }
  const documents = [...(configMap ? [configMap] : []), manifest]
  return (
    header(shell([...command, '--out', out])) + documents.map(part => stringify(part, { lineWidth: 0 })).join('---\n')
  )
}
