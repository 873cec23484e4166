import js from '@eslint/js'
import ts from 'typescript-eslint'

/** What a page's scripts find in a browser, as far as ours use it. */
const pageGlobals = [
  ...[
    'document',
    'navigator',
    'crossOriginIsolated',
    'requestAnimationFrame',
    'setTimeout',
    'AbortController',
    'performance',
  ],
  ...['Blob', 'ImageData', 'OffscreenCanvas', 'createImageBitmap'],
]

export default ts.config(
  // test/package/consumer is a user's program: the package's test type-checks it, under a user's settings.
  { ignores: ['dist/', 'build/', 'runs/', 'assembly/', 'bench/assembly/', 'test/package/consumer/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [ts.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: true }],
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly', URL: 'readonly' } } },
  {
    files: ['examples/browser/*.js', 'test/web/vite-app/*.js'],
    languageOptions: {
      globals: Object.fromEntries(pageGlobals.map(name => [name, 'readonly'])),
    },
  },
)
