/** Puts Markdown between the marks of this name in a file, README.md by default. @throws when the marks are not there */
export function replaceBlock(name: string, markdown: string, file?: string): void
/** A command's output as a code block. */
export function literally(output: string): string
