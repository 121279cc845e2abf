/**
 * Questions to TWS that are waiting for their answers, and standing orders for data (streams).
 *
 * Invariants
 * 1. Every question ends: by its whole answer, by TWS's error, by its own timeout, or with the
 *    connection. What came of an unfinished answer is thrown away.
 * 2. Numbered questions hear only what carries their number, so an error about one never ends another.
 * 3. Of the questions that TWS does not number (positions, open orders) one of a kind is out at a
 *    time. One that timed out keeps its kind until its late answer has passed, or `QUIET_MS`, so
 *    that an old answer is never taken for a new one.
 */
import type { IBApi } from '@stoqey/ib'
import { err, ok, type Result } from '#model/result.ts'
import { createKinds } from '#tws/kinds.ts'
import { meaningOf, UNREADABLE } from '#tws/codes.ts'
import type { TwsMessage } from '#tws/messages.ts'
import type { Lane, PacingClock } from '#tws/pacing.ts'
import { TwsError } from '#tws/tws-error.ts'

export interface Question<T> {
  /** For messages to people: `contract details of AAPL.STK.USD`. */
  readonly what: string
  /** `cancel` for what a cancel waits for; `query` where absent. */
  readonly lane?: Lane
  /** TWS answers with our number. */
  readonly numbered: boolean
  /** At most one question of a kind is out at a time. Every unnumbered question has one. */
  readonly kind?: string
  send(api: IBApi, reqId: number): void
  /** Takes one message; returns the value once the answer is whole. */
  take(message: TwsMessage): { readonly value: T } | undefined
  /** Tells TWS to stop what is a subscription there, once the answer is whole or given up. */
  stop?(api: IBApi, reqId: number): void
  /** Tells TWS that an answer is given up that it would have ended by itself. */
  abandon?(api: IBApi, reqId: number): void
}

/** Data that keeps coming until closed; numbered. */
export interface Stream {
  readonly what: string
  send(api: IBApi, reqId: number): void
  stop(api: IBApi, reqId: number): void
  /** Every message with its number, errors included, then `closed` with the connection. */
  take(message: TwsMessage): void
}

export interface Questions {
  ask<T>(question: Question<T>, timeoutMs: number): Promise<T>
  /** @returns what ends the stream */
  open(stream: Stream): () => void
  deliver(message: TwsMessage): void
  /** Ends all with the connection. */
  close(reason: string): void
}

/** Puts a message on the wire when its turn has come; rejects with TwsError when it will not. */
export type Send = (lane: Lane, call: (api: IBApi) => void) => Promise<void>

/** After so long, an answer that did not come to an unnumbered question is taken for lost, ms. */
const QUIET_MS = 30_000

export function createQuestions(send: Send, clock: PacingClock, firstReqId: number): Questions {
  const numbered = new Map<number, (message: TwsMessage) => void>()
  const unnumbered = new Set<(message: TwsMessage) => void>()
  const endings = new Set<(error: TwsError) => void>()
  const kinds = createKinds()
  let nextReqId = firstReqId

  function ask<T>(question: Question<T>, timeoutMs: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const reqId = nextReqId++
      let state: 'waiting' | 'out' | 'over' = 'waiting'
      let freeKind = holdsNothing

      const fail = (error: TwsError): void => {
        if (state === 'over') return
        const { isLate } = leave(error)
        if (isLate) letPass(question, freeKind)
        else freeKind()
        reject(error)
      }
      const succeed = (value: T): void => {
        if (state === 'over') return
        leave(undefined)
        freeKind()
        resolve(value)
      }
      /** Stops hearing; tells whether an answer that cannot be told from the next one is still to come. */
      const leave = (error: TwsError | undefined): { readonly isLate: boolean } => {
        const wasOut = state === 'out'
        state = 'over'
        cancelTimer()
        endings.delete(fail)
        numbered.delete(reqId)
        unnumbered.delete(hear)
        if (wasOut) tellToStop(question, reqId, error)
        const isGivenUp = error?.kind === 'timeout' || error?.kind === 'unreadable'
        return { isLate: wasOut && !question.numbered && isGivenUp }
      }
      const hear = (message: TwsMessage): void => {
        const heard = answerIn(question, message)
        if (heard === undefined) return
        if (heard.ok) succeed(heard.value)
        else fail(heard.error)
      }
      const go = (api: IBApi): void => {
        if (state === 'over') return
        state = 'out'
        if (question.numbered) numbered.set(reqId, hear)
        else unnumbered.add(hear)
        question.send(api, reqId)
      }

      const text = `no whole answer about ${question.what} within ${timeoutMs} ms`
      const cancelTimer = clock.after(timeoutMs, () => fail(new TwsError('timeout', text)))
      endings.add(fail)
      kinds.acquire(question.kind, (free) => {
        freeKind = free
        if (state === 'over') return free()
        send(laneOf(question), go).catch((error: unknown) => fail(asTwsError(error)))
      })
    })
  }

  function tellToStop<T>(question: Question<T>, reqId: number, error: TwsError | undefined): void {
    const isGivenUp = error?.kind === 'timeout' && question.abandon !== undefined
    if (question.stop === undefined && !isGivenUp) return
    const tell = (api: IBApi): void => {
      question.stop?.(api, reqId)
      if (isGivenUp) question.abandon?.(api, reqId)
    }
    send(laneOf(question), tell).catch(() => {}) // with the connection gone there is nothing to stop
  }

  /** Lets the late answer of an unnumbered question go by before another of its kind is asked. */
  function letPass<T>(question: Question<T>, free: () => void): void {
    const done = (): void => {
      cancelTimer()
      unnumbered.delete(swallow)
      endings.delete(done)
      free()
    }
    const swallow = (message: TwsMessage): void => {
      if (answerIn(question, message) !== undefined) done()
    }
    const cancelTimer = clock.after(QUIET_MS, done)
    unnumbered.add(swallow)
    endings.add(done)
  }

  function open(stream: Stream): () => void {
    const reqId = nextReqId++
    let isOpen = true
    const cut = (error: TwsError): void => {
      isOpen = false
      numbered.delete(reqId)
      stream.take({ type: 'closed', reason: error.message })
    }
    numbered.set(reqId, (message) => stream.take(message))
    endings.add(cut)
    const go = (api: IBApi): void => {
      if (isOpen) stream.send(api, reqId)
    }
    send('query', go).catch(() => {}) // the connection's end is told by `cut`
    return () => {
      if (!isOpen) return
      isOpen = false
      numbered.delete(reqId)
      endings.delete(cut)
      send('query', (api) => stream.stop(api, reqId)).catch(() => {})
    }
  }

  function deliver(message: TwsMessage): void {
    if (message.type === 'notice' && message.code === UNREADABLE && message.reqId === -1)
      return failAll(new TwsError('unreadable', message.text, { code: UNREADABLE }))
    if ('reqId' in message) return numbered.get(message.reqId)?.(message)
    const listening = new Set(unnumbered) // not those that this very message lets out
    for (const hear of listening) hear(message)
  }

  function failAll(error: TwsError): void {
    const ending = new Set(endings)
    for (const end of ending) end(error)
  }

  return {
    ask,
    open,
    deliver,
    close: (reason) => failAll(new TwsError('not-connected', reason)),
  }
}

/** What a message ends a question with: the value, or why there is none. Warnings let it live. */
function answerIn<T>(question: Question<T>, message: TwsMessage): Result<T, TwsError> | undefined {
  if (message.type === 'notice' && meaningOf(message.code).class === 'E') {
    const { code, text } = message
    return err(new TwsError('refused', `${question.what}: ${code}: ${text}`, { code }))
  }
  const answer = question.take(message)
  return answer === undefined ? undefined : ok(answer.value)
}

const laneOf = <T>({ lane = 'query' }: Question<T>): Lane => lane

const holdsNothing = (): void => {}

const asTwsError = (error: unknown): TwsError =>
  error instanceof TwsError ? error : new TwsError('uncertain', String(error), { cause: error })
