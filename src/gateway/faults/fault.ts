/**
 * A fault: one way in which a real gateway has been seen to misbehave, by name.
 *
 * A kind says what it does and where it was seen; a spec arms it: when, how often, how long, on whom. Kinds act
 * in one of three places: on a request before it is answered, on a message before it leaves, or at a
 * moment, for a while. All chance comes from the plan's seed.
 */
import type { z } from 'zod'
import type { Desk } from '#gateway/desk.ts'
import type { Session } from '#gateway/session.ts'
import type { Message } from '#gateway/wire/field.ts'

/** What an armed fault acts with. */
export interface FaultContext {
  readonly desk: Desk
  /** The client it happens to; a fault that time sets off without naming a client concerns all. */
  readonly session: Session | undefined
  /** Evenly from [0, 1), of the plan's seed. */
  readonly draw: () => number
}

/** A request on its way in, message id first. */
export interface RequestOnWay {
  readonly session: Session
  readonly fields: readonly string[]
}

/** What becomes of a request. */
export type RequestFate =
  /** It was not one for this fault, which goes on waiting. */
  | { readonly type: 'pass' }
  /** It never arrives. */
  | { readonly type: 'drop' }
  /** It is answered, but so much later. */
  | { readonly type: 'delay'; readonly ms: number }
  /** Others fields arrive. */
  | { readonly type: 'rewrite'; readonly fields: readonly string[] }
  /** It does what it should, and then this happens. */
  | { readonly type: 'then'; readonly run: () => void }

/** A message as it leaves, and how much later than it should. */
export interface Departure {
  readonly message: Message
  readonly afterMs: number
}

/** Where a kind acts. Names of messages are those of `message-ids.ts`. */
export type FaultEffect<P> =
  | {
      readonly on: 'request'
      /** The requests it acts on; every one where absent. */
      readonly of?: readonly string[]
      readonly act: (context: FaultContext, params: P, request: RequestOnWay) => RequestFate
    }
  | {
      readonly on: 'message'
      readonly of?: readonly string[]
      readonly act: (context: FaultContext, params: P, message: Message) => readonly Departure[]
    }
  | {
      readonly on: 'moment'
      /** Messages that nobody hears while it lasts. */
      readonly mutes?: readonly string[]
      readonly begin: (context: FaultContext, params: P) => void
      /** Called when its time is over, or when it is lifted. */
      readonly end?: (context: FaultContext, params: P) => void
    }

export interface FaultKind<P = never> {
  /** What it is, a sentence. */
  readonly does: string
  /** Where it was seen: a thread, a page of IBKR's. */
  readonly seen: string
  readonly parameters: z.ZodType<P>
  readonly effect: FaultEffect<P>
}

/** A kind whose parameters are known to itself alone. */
export type AnyFaultKind = Omit<FaultKind, 'parameters' | 'effect'> & {
  readonly parameters: z.ZodType
  readonly effect: FaultEffect<unknown>
}

/** Ties a kind's parameters to its effect, and then forgets them. */
export function fault<P>(kind: FaultKind<P>): AnyFaultKind {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parameters reach the effect only through its own schema
  return kind as unknown as AnyFaultKind
}

export const onTime = (message: Message): readonly Departure[] => [{ message, afterMs: 0 }]
