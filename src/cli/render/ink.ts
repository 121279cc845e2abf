/** Colour, on a terminal that wants it and nowhere else. Words carry the meaning; colour repeats it. */
import { styleText } from 'node:util'

type Paint = (text: string) => string

export interface Ink {
  readonly bold: Paint
  readonly dim: Paint
  readonly good: Paint
  readonly warn: Paint
  readonly bad: Paint
}

const same = (text: string): string => text

/** No colour. */
export const PLAIN: Ink = { bold: same, dim: same, good: same, warn: same, bad: same }

const styled = (style: Parameters<typeof styleText>[0]) => (text: string) =>
  styleText(style, text, { validateStream: false })

const COLOURED: Ink = {
  bold: styled('bold'),
  dim: styled('dim'),
  good: styled('green'),
  warn: styled('yellow'),
  bad: styled('red'),
}

/**
 * Colour when the stream is a terminal, unless `NO_COLOR` is set to anything (no-color.org) or the
 * terminal is dumb.
 */
export function inkFor(
  stream: { readonly isTTY?: boolean },
  environment: Readonly<Record<string, string | undefined>>,
): Ink {
  const refused = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb'
  return stream.isTTY === true && !refused ? COLOURED : PLAIN
}
