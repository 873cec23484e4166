// CSV as RFC 4180 has it, for the tables that studies write.

/** A field: quoted where a comma, a quote or a line end would be taken for the file's own. */
export const csvField = (text: string) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
