/** The run as it should go, and as it goes when the world does not play along. */
import { describe, expect, test } from 'vitest'
import { canonicalJson } from '#model/canonical-json.ts'
import { money, quantity, type Quantity } from '#model/fixed.ts'
import type { ClientOrderId, ExecId } from '#model/ids.ts'
import type { OrderRequest } from '#model/order.ts'
import type { RunSummary } from '#engine/run-event.ts'
import { decodeState, encodeState } from '#engine/state-codec.ts'
import { initialState } from '#engine/state.ts'
import { step } from '#engine/step.ts'
import { FACT } from '#engine/fact-codec.ts'
import { DECISION } from '#engine/decision-codec.ts'
import {
  FOUR_LINES,
  MORNING,
  SETTINGS,
  World,
  foldOf,
  id,
  line,
  planOf,
  quoteOf,
  type Fate,
} from '#test/support/engine-world.ts'
import { table } from '#test/support/table.ts'

describe('a run in two phases', () => {
  const world = started()
  const commandId = world.planAndApply()

  test('completes, and whoever asked is told', () => {
    expect(world.answerTo(commandId)?.outcome).toBe('done')
    expect(summaryOf(world)).toMatchObject({
      orders: 4,
      filled: 4,
      rejected: 0,
      fillRate: 1,
      breaks: 0,
      verdict: 'completed',
      unfinished: [],
    })
  })

  test('leaves the account as planned and the book in agreement', () => {
    expect(holdings(world)).toEqual({ CCC: '100', DDD: '-40', EEE: '500' })
    expect(world.state.book?.positions).toEqual(world.broker.positions)
    expect(world.state.book?.cash.get('USD')).toBe(world.broker.cash)
    expect(world.state.breaks.size).toBe(0)
  })

  test('starts a wave when the one before is over, and phase B after phase A', () => {
    expect(
      world.events.flatMap((event) => {
        if (event.type === 'OrderSubmitted') return [`submit ${event.line}`]
        if (event.type === 'PhaseStarted') return [`start ${event.phase}${event.wave}`]
        return event.type === 'PhaseCompleted' ? [`done ${event.phase}`] : []
      }),
    ).toEqual([
      'start A1',
      'submit A1',
      'start A2',
      'submit A2',
      'done A',
      'start B1',
      'submit B1',
      'submit B2',
      'done B',
    ])
  })

  test('numbers its events from 1 without a gap', () => {
    expect(world.events.map(({ seq }) => seq)).toEqual(world.events.map((_, i) => i + 1))
  })

  test('prices at the touch and the collar, lets additions lapse and reductions stand for the day', () => {
    const orders = world.of('SubmitOrder').map(({ order }) => order)
    expect(orders[1]).toMatchObject({ side: 'SELL', limitPrice: 99_800_000_000n, timeInForce: 'DAY' }) // prettier-ignore
    expect(orders[2]).toMatchObject({ side: 'BUY', limitPrice: 100_210_000_000n, timeInForce: 'GTD' }) // prettier-ignore
    expect((orders[2]?.goodTill ?? 1) % 1000).toBe(0)
  })

  test('leaves no timer that would go on ringing', () => {
    expect([...world.state.timers.keys()]).toEqual([])
  })
})

describe('the record', () => {
  const world = started()
  world.broker.fateOf = ({ side }) => (side === 'SELL' ? 'half' : 'fill')
  world.planAndApply()
  const texts = (state: typeof world.state) => canonicalJson(encodeState(state))

  test('folds to the state that was lived', () => {
    expect(texts(foldOf(world.rows))).toBe(texts(world.state))
  })

  test('folds to the same from a snapshot at any row and the rows after it', () => {
    const whole = texts(world.state)
    const state = initialState()
    for (const [i, row] of world.rows.entries()) {
      foldOf([row], state)
      if (i % 7 !== 0) continue
      const read = decodeState(encodeState(state))
      if (!read.ok) throw new Error(read.error)
      expect(texts(foldOf(world.rows.slice(i + 1), read.value))).toBe(whole)
    }
  })

  test('is decided anew, byte for byte, from its facts alone', () => {
    const state = initialState()
    const decided = world.rows.flatMap(({ kind, body }) => {
      if (kind === 'decision') return []
      const fact = FACT.decode(JSON.parse(body), 'row')
      if (!fact.ok) throw new Error(fact.error)
      return step(state, fact.value).map((made) => canonicalJson(DECISION.encode(made)))
    })
    const recorded = world.rows.filter(({ kind }) => kind === 'decision').map(({ body }) => body)
    expect(decided).toEqual(recorded)
  })
})

describe('a plan is refused', () => {
  test.each(
    table(`
      when                                | outcome | because
      a position moved                    | stale   | the account holds 101
      cash moved more than a base point   | stale   | cash in USD moved
      a guard price moved                 | stale   | the mid is 102
      it expired                          | stale   | expired
      the configuration changed           | stale   | configuration
      the account is halted               | blocked | Halted account
      only reductions are allowed         | blocked | ReduceOnly account
      a severe break is open              | blocked | severe break
      a name has no quote                 | blocked | no quote
      the market of a name is crossed     | blocked | crossed
      it was blocked when it was made     | blocked | blocked
      nobody recorded it                  | error   | not among those recorded
      it is for another account           | error   | account DU7654321
      the link is down                    | error   | down
    `),
  )('when $when: $outcome', ({ when, outcome, because }) => {
    const world = started()
    UNLIKE[when]?.before?.(world)
    world.record()
    UNLIKE[when]?.after?.(world)
    const planId = (when === 'nobody recorded it' ? 'plan-9' : 'plan-1') as typeof world.plan.planId
    const commandId = world.command({ name: 'apply', planId })
    world.settle()
    expect(world.answerTo(commandId)).toMatchObject({ outcome })
    expect(world.answerTo(commandId)?.text).toContain(because)
    expect(world.broker.written).toEqual([])
  })

  test('but not for a little cash', () => {
    const world = started()
    world.record()
    world.broker.cash = money('950099', 'USD')
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle()
    expect(world.broker.written).toHaveLength(4)
  })

  test('a plan without changes is done', () => {
    const world = started()
    world.plan = planOf([], { verdict: 'no-change' })
    expect(world.answerTo(world.planAndApply())?.outcome).toBe('done')
  })
})

describe('orders that do not go as hoped', () => {
  test.each(
    table(`
      fate     | verdict            | filled | rejected | told
      work     | completed-adjusted |      3 |        0 | its time was up
      half     | completed-adjusted |      3 |        0 | 50 left
      inactive | completed-adjusted |      3 |        1 | Rejected (201: Order rejected - reason: margin)
      refuse   | completed-adjusted |      3 |        1 | Rejected (201: margin)
    `),
  )('one that is to $fate: $verdict', ({ fate, verdict, filled, rejected, told }) => {
    const world = started()
    world.broker.fateOf = only('AAA', fate as Fate)
    const commandId = world.planAndApply()
    const summary = summaryOf(world)
    expect(summary).toMatchObject({ verdict, filled: Number(filled), rejected: Number(rejected) })
    expect(summary.unfinished).toHaveLength(1)
    expect(`${summary.unfinished[0]}`).toContain(told === 'its time was up' ? 'Canceled' : told)
    expect(world.answerTo(commandId)?.outcome).toBe('changes')
    expect(world.state.breaks.size).toBe(0)
    expect(world.broker.written).toHaveLength(4)
  })

  test('what our own gate denies never leaves the building', () => {
    const world = started()
    world.settings = { ...SETTINGS, gate: { ...SETTINGS.gate, maximumOrderNotional: 6_000 } }
    world.begin()
    world.planAndApply()
    expect(world.events.flatMap((event) => (event.type === 'OrderDenied' ? [event.line] : []))).toEqual(['A2', 'B1']) // prettier-ignore
    expect(summaryOf(world)).toMatchObject({
      verdict: 'completed-adjusted',
      rejected: 2,
      orders: 2,
    })
    expect(world.broker.written).toHaveLength(2)
  })

  test('a fill that crosses our cancel is counted', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'half')
    world.broker.cancelFate = 'fill'
    world.planAndApply()
    expect(summaryOf(world)).toMatchObject({ verdict: 'completed', filled: 4 })
  })

  test('a cancel that is refused is asked a few times, then it is a person’s', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'work')
    world.broker.cancelFate = 'refuse'
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle(() => world.of('AnswerCommand').length === 2)
    expect(world.of('CancelOrder')).toHaveLength(3)
    expect(summaryOf(world).unfinished.join()).toContain('is still Working at the broker')
    expect(world.state.ledger.orders.get(orderId('A2'))?.state).toBe('Working')
  })

  test('a fill that nobody tells of is found by a snapshot', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'silent')
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    const held = world.broker.orders.get(orderId('A2'))
    if (held === undefined) throw new Error('the order has arrived')
    world.broker.fill(held, quantity('100'), world.now)
    world.settle()
    expect(summaryOf(world)).toMatchObject({ verdict: 'completed', filled: 4 })
  })
})

describe('an order nobody knows about', () => {
  test.each(
    table(`
      fate            | orders | proofs | what happens
      uncertain-there |      4 |      0 | it is found, and not sent again
      uncertain-lost  |      5 |      1 | two absences prove it; a new id goes out
      lost            |      5 |      1 | the bytes went out and nothing came of it
      silent          |      4 |      0 | it is there and works, and is canceled in the end
      not-sent        |      4 |      0 | the adapter says so; a new id goes out
    `),
  )('$fate: $what happens', ({ fate, orders, proofs }) => {
    const world = started()
    const first = orderId('A2')
    world.broker.fateOf = (order) => (order.id === first ? (fate as Fate) : 'fill')
    world.planAndApply()
    expect(new Set(world.broker.written).size).toBe(world.broker.written.length)
    expect(world.broker.written).toHaveLength(Number(orders))
    expect(world.of('ProveNotSent')).toHaveLength(Number(proofs))
    expect(world.state.run).toBeUndefined()
    if (fate.endsWith('there') || fate === 'silent') return
    expect(summaryOf(world).verdict).toBe('completed')
    expect(holdings(world)).toEqual({ CCC: '100', DDD: '-40', EEE: '500' })
  })

  test('absences of before TWS lost its server do not count: both lie after reconnecting', () => {
    const world = started()
    world.broker.fateOf = (order) => (order.id === orderId('A2') ? 'uncertain-lost' : 'fill')
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    const lost = () => world.state.ledger.orders.get(orderId('A2'))
    world.settle(() => lost()?.absences.length === 1)
    world.link('degraded')
    world.link('up')
    const [since] = [world.state.session.since]
    world.settle(() => lost()?.state === 'NotSent')
    const [proof] = world.of('ProveNotSent')
    const begun = [...(proof?.evidence.matchAll(/\d{13}/g) ?? [])].map(([at]) => Number(at))
    expect(begun.length).toBeGreaterThanOrEqual(2)
    expect(begun.every((at) => at >= since)).toBe(true)
  })

  test('the two absences lie at least the interval apart, both after the doubt began', () => {
    const world = started()
    world.broker.fateOf = (order) => (order.id === orderId('A2') ? 'uncertain-lost' : 'fill')
    world.planAndApply()
    const [proof] = world.of('ProveNotSent')
    const [first = 0, second = 0] = (proof?.evidence.match(/\d{13}/g) ?? []).map(Number)
    expect(second - first).toBeGreaterThanOrEqual(SETTINGS.execution.doubtIntervalMs)
  })

  test('is not proven across the broker’s midnight: a person decides', () => {
    const world = started(MORNING + 14 * 3_600_000 - 8_000) // eight seconds before midnight in New York
    world.plan = planOf(FOUR_LINES, { expires: MORNING + 24 * 3_600_000 })
    world.broker.fateOf = (order) => (order.id === orderId('A2') ? 'uncertain-lost' : 'fill')
    const commandId = world.planAndApply()
    expect(world.of('ProveNotSent')).toEqual([])
    expect(world.answerTo(commandId)?.outcome).toBe('blocked')
    expect([...world.state.breaks.values()]).toMatchObject([{ cause: 'lost-order', severity: 'severe' }]) // prettier-ignore
    expect(world.broker.written.filter((name) => name.includes('-B'))).toEqual([])
  })

  test('is not proven while the broker’s position hints that it traded', () => {
    const world = started()
    world.broker.fateOf = (order) => {
      if (order.id !== orderId('A2')) return 'fill'
      world.broker.move(id('AAA'), quantity('-100'), 100_000_000_000n as never)
      return 'uncertain-lost'
    }
    world.planAndApply()
    expect(world.of('ProveNotSent')).toEqual([])
    expect(summaryOf(world).verdict).toBe('blocked')
  })

  test('that trades after all reopens as a severe break', () => {
    const world = started()
    world.broker.fateOf = (order) => (order.id === orderId('A2') ? 'uncertain-lost' : 'fill')
    world.planAndApply()
    const lost = world.of('SubmitOrder').find(({ order }) => order.id === orderId('A2'))
    if (lost === undefined) throw new Error('it was submitted')
    const held = world.broker.place(lost.order)
    for (const report of world.broker.fill(held, quantity('100'), world.now)) world.report(report)
    world.command({ name: 'reconcile' })
    world.settle()
    expect([...world.state.breaks.values()]).toMatchObject([{ cause: 'late-fill', severity: 'severe' }]) // prettier-ignore
    expect(world.state.book?.positions).toEqual(world.broker.positions)
  })
})

describe('the link', () => {
  test('drops in mid-run: fills of the outage are heard, nothing is sent twice', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'work')
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    world.link('down')
    const held = world.broker.orders.get(orderId('A2'))
    if (held === undefined) throw new Error('the order has arrived')
    world.broker.fill(held, quantity('100'), world.now)
    world.tick(5_000)
    world.link('up')
    world.settle()
    expect(summaryOf(world)).toMatchObject({ verdict: 'completed', filled: 4, breaks: 0 })
    expect(world.broker.written).toHaveLength(4)
  })

  test('while it is degraded nothing is sent', () => {
    const world = started()
    world.broker.fateOf = only('BBB', 'work')
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    world.link('degraded')
    const held = world.broker.orders.get(orderId('A1'))
    if (held === undefined) throw new Error('the order has arrived')
    for (const report of world.broker.fill(held, quantity('50'), world.now)) world.report(report)
    expect(world.broker.written).toHaveLength(1)
    world.link('up')
    world.settle()
    expect(summaryOf(world).verdict).toBe('completed')
  })

  test('a broker that gives no snapshot is asked less and less often', () => {
    const world = new World()
    world.begin()
    const gaps: number[] = []
    for (let failures = 0; failures < 8; failures++) {
      const { requestId } = world.of('RequestSnapshot').at(-1) ?? { requestId: 0 }
      const at = world.tick()
      world.take({ type: 'SnapshotFailed', at, requestId, reason: 'timeout' })
      expect(world.ring()).toBe(true)
      gaps.push(world.now - at)
    }
    expect(gaps).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })
})

describe('what a person may say', () => {
  test('interrupt: what works is canceled, nothing more is sent, the rest is told', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'half')
    world.record()
    const applied = world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    const interrupted = world.command({ name: 'interrupt' })
    world.settle()
    expect(summaryOf(world)).toMatchObject({ verdict: 'canceled', orders: 2, filled: 1 })
    expect(summaryOf(world).unfinished).toHaveLength(3)
    expect(world.answerTo(applied)?.outcome).toBe('changes')
    expect(world.answerTo(interrupted)?.outcome).toBe('done')
    expect(world.broker.written).toHaveLength(2)
    expect(world.state.breaks.size).toBe(0)
  })

  test('interrupt with nothing running is done', () => {
    const world = started()
    expect(world.answerTo(world.command({ name: 'interrupt' }))?.outcome).toBe('done')
  })

  test('halt: additions are taken back at once, reductions go on, the run ends halted', () => {
    const world = started()
    world.plan = planOf([line('A1', 'COVER', 'BBB', '50'), line('B1', 'BUY', 'CCC', '100')])
    world.broker.fateOf = only('CCC', 'work')
    world.record()
    const applied = world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    expect(world.command({ name: 'halt', reason: 'a rumour', scope: 'account' })).toBeDefined()
    expect(world.of('CancelOrder').map(({ clientOrderId }) => clientOrderId)).toEqual([orderId('B1')]) // prettier-ignore
    world.settle()
    expect(summaryOf(world).verdict).toBe('halted')
    expect(world.answerTo(applied)?.outcome).toBe('blocked')
  })

  test('a halt of one symbol stops that symbol only', () => {
    const world = started()
    world.record()
    world.command({ name: 'halt', reason: 'news', scope: 'symbol:CCC.STK.USD' })
    world.command({ name: 'apply', planId: world.plan.planId })
    world.settle()
    expect(summaryOf(world)).toMatchObject({
      verdict: 'completed-adjusted',
      rejected: 1,
      filled: 3,
    })
  })

  test('a halt outlives the process', () => {
    const world = started()
    world.command({ name: 'halt', reason: 'a rumour', scope: 'account' })
    world.start()
    expect([...world.state.latches.keys()]).toEqual(['Halted account'])
  })

  test('resume takes two steps, and the right token', () => {
    const world = started()
    world.command({ name: 'halt', reason: 'a rumour', scope: 'account' })
    world.command({ name: 'resume', reason: 'it was only a rumour' })
    const [offer] = world.of('OfferRelease')
    const wrong = world.command({ name: 'resume-confirm', token: '000000000000' })
    expect(world.answerTo(wrong)?.outcome).toBe('error')
    expect(world.state.latches.size).toBe(1)
    const right = world.command({ name: 'resume-confirm', token: offer?.token ?? '' })
    expect(world.answerTo(right)?.outcome).toBe('done')
    expect(world.state.latches.size).toBe(0)
    const again = world.command({ name: 'resume-confirm', token: offer?.token ?? '' })
    expect(world.answerTo(again)?.outcome).toBe('error')
  })

  test.each(['a new latch', 'eleven minutes'])('%s withdraws the token', (what) => {
    const world = started()
    world.command({ name: 'halt', reason: 'a rumour', scope: 'account' })
    world.command({ name: 'resume', reason: 'gone' })
    const token = world.of('OfferRelease')[0]?.token ?? ''
    if (what === 'a new latch') world.command({ name: 'halt', reason: 'x', scope: 'sector:Energy' })
    if (what === 'eleven minutes') world.tick(660_000)
    expect(world.answerTo(world.command({ name: 'resume-confirm', token }))?.outcome).toBe('error')
    expect(world.state.latches.has('Halted account')).toBe(true)
  })

  test('a token outlives a restart: each verb may be a process of its own', () => {
    const world = started()
    world.command({ name: 'halt', reason: 'a rumour', scope: 'account' })
    world.command({ name: 'resume', reason: 'gone' })
    world.start()
    const token = world.of('OfferRelease')[0]?.token ?? ''
    expect(world.answerTo(world.command({ name: 'resume-confirm', token }))?.outcome).toBe('done')
    expect(world.state.latches.size).toBe(0)
  })

  test('a second apply of the plan that runs waits for its end; of another plan is an error', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'half')
    world.record()
    world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    const same = world.command({ name: 'apply', planId: world.plan.planId })
    const other = world.command({ name: 'apply', planId: 'plan-2' as typeof world.plan.planId })
    expect(world.answerTo(other)?.outcome).toBe('error')
    expect(world.answerTo(same)).toBeUndefined()
    world.settle()
    expect(world.answerTo(same)?.outcome).toBe('changes')
    expect(world.of('AcceptPlan')).toHaveLength(1)
  })

  test('adopt books the broker’s truth and settles every break', () => {
    const world = started()
    world.broker.positions.set(id('EEE'), quantity('600'))
    const looked = world.command({ name: 'reconcile' })
    world.settle()
    expect(world.answerTo(looked)?.outcome).toBe('blocked')
    world.command({ name: 'adopt', reason: 'a transfer from the other account' })
    world.settle()
    const again = world.command({ name: 'reconcile' })
    world.settle()
    expect(world.answerTo(again)).toMatchObject({ outcome: 'done', text: 'book and broker agree' })
  })
})

describe('the broker moves without us', () => {
  test('a stranger’s trade in a name of the run stops it', () => {
    const world = started()
    world.broker.fateOf = only('AAA', 'work')
    world.record()
    const commandId = world.command({ name: 'apply', planId: world.plan.planId })
    world.deliver()
    const execution = world.broker.trade(id('CCC'), quantity('7'), world.now)
    world.report({ type: 'Execution', execution })
    world.settle()
    expect(world.answerTo(commandId)?.outcome).toBe('blocked')
    expect(summaryOf(world)).toMatchObject({ verdict: 'blocked', filled: 1 })
    expect([...world.state.breaks.values()]).toMatchObject([
      { id: 'cash:USD', cause: 'external-trade', severity: 'minor' },
      { id: 'position:CCC.STK.USD', cause: 'external-trade', severity: 'severe' },
    ])
  })

  test('elsewhere it is noted, and the run goes on', () => {
    const world = started()
    world.broker.fateOf = ({ side }) => {
      if (side === 'SELL') world.broker.trade(id('EEE'), quantity('7'), world.now)
      return 'fill'
    }
    world.planAndApply()
    expect(summaryOf(world)).toMatchObject({ verdict: 'completed', breaks: 2 })
  })

  test('a correction replaces what it corrects, a bust takes it back, whatever comes first', () => {
    const world = started()
    world.planAndApply()
    const told = world.broker.executions.find(({ instrument }) => instrument === id('CCC'))
    if (told === undefined) throw new Error('CCC traded')
    const busted = { ...told, execId: told.execId.replace(/01$/, '02') as ExecId, quantity: quantity('0') } // prettier-ignore
    world.report({ type: 'Execution', execution: busted })
    world.report({ type: 'Execution', execution: told })
    expect(world.state.book?.positions.get(id('CCC'))).toBe(quantity('50'))
    expect(world.state.ledger.orders.get(orderId('B1'))?.executed).toBe(quantity('50'))
  })

  test('two copies of every report change nothing', () => {
    const once = started()
    once.planAndApply()
    const twice = started()
    twice.record()
    const take = twice.take.bind(twice)
    twice.take = (fact) => {
      take(fact)
      if (fact.type === 'BrokerReported') take(fact)
    }
    twice.command({ name: 'apply', planId: twice.plan.planId })
    twice.settle()
    expect(summaryOf(twice).fillRate).toBe(1)
    expect(fills(twice)).toEqual(fills(once))
    expect(twice.state.book?.cash).toEqual(once.state.book?.cash)
  })
})

describe('phase B', () => {
  test('is scaled to the buying power that the broker reports then', () => {
    const world = started()
    world.broker.fateOf = ({ side }) => {
      if (side === 'SELL') world.broker.buyingPower = money('7142.86', 'USD')
      return 'fill'
    }
    world.planAndApply()
    expect(world.events.find(({ type }) => type === 'PhaseScaled')).toMatchObject({ phase: 'B' })
    expect(holdings(world)).toEqual({ CCC: '50', DDD: '-20', EEE: '500' })
    const { verdict, unfinished } = summaryOf(world)
    expect(verdict).toBe('completed-adjusted')
    expect(unfinished).toHaveLength(2)
  })

  test('does not start without any', () => {
    const world = started()
    world.broker.buyingPower = money('0', 'USD')
    world.planAndApply()
    expect(world.broker.written).toHaveLength(2)
    expect(summaryOf(world).unfinished.join()).toContain('no buying power')
  })

  test('does not start on a margin cushion below its limit: the account is halted', () => {
    const world = started()
    world.broker.excessLiquidity = money('40000', 'USD')
    const commandId = world.planAndApply()
    expect(world.answerTo(commandId)?.outcome).toBe('blocked')
    expect(world.events.map(({ type }) => type)).toContain('LimitBreached')
    expect(world.broker.written).toHaveLength(2)
    expect(summaryOf(world).verdict).toBe('halted')
  })
})

const orderId = (leg: string): ClientOrderId => `0a1b2c3d-r1-${leg}-1` as ClientOrderId

const only =
  (symbol: string, fate: Fate) =>
  ({ instrument }: OrderRequest): Fate =>
    instrument === id(symbol) ? fate : 'fill'

function started(at = MORNING): World {
  const world = new World()
  world.now = at
  world.start()
  return world
}

function summaryOf(world: World): RunSummary {
  const last = world.events.findLast(({ type }) => type === 'RunCompleted')
  if (last?.type !== 'RunCompleted') throw new Error('the run did not complete')
  return last.summary
}

const holdings = ({ broker }: World): Record<string, string> =>
  Object.fromEntries(
    [...broker.positions]
      .map(([name, held]): [string, string] => [name.slice(0, 3), shares(held)])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )

const shares = (held: Quantity): string => String(held / 1_000_000_000n)

const fills = (world: World): string[] =>
  world.events.flatMap((event) => (event.type === 'Fill' ? [event.execId] : []))

interface Unlike {
  readonly before?: (world: World) => void
  readonly after?: (world: World) => void
}

const UNLIKE: Record<string, Unlike> = {
  'a position moved': {
    // Both sides agree, so it is no break: it is a fill of ours from before the plan's snapshot.
    after: (world) => {
      world.broker.positions.set(id('AAA'), quantity('101'))
      world.state.book?.positions.set(id('AAA'), quantity('101'))
    },
  },
  'cash moved more than a base point': {
    after: (world) => {
      world.broker.cash = money('950101', 'USD')
      world.state.book?.cash.set('USD', world.broker.cash)
    },
  },
  'a guard price moved': { after: (world) => (world.quote = (name, at) => quoteOf(name, at, 102)) },
  'it expired': { after: (world) => void world.tick(900_001) },
  'the configuration changed': {
    before: (world) => (world.plan = planOf(FOUR_LINES, { config: 'd'.repeat(64) })),
  },
  'the account is halted': {
    after: (world) => void world.command({ name: 'halt', reason: 'x', scope: 'account' }),
  },
  'only reductions are allowed': {
    after: (world) =>
      void world.state.latches.set('ReduceOnly account', { kind: 'ReduceOnly', scope: 'account', owner: 'risk', reason: 'turnover', since: MORNING }), // prettier-ignore
  },
  'a severe break is open': {
    after: (world) => void world.broker.positions.set(id('EEE'), quantity('900')),
  },
  'a name has no quote': { after: (world) => (world.quote = () => undefined) },
  'the market of a name is crossed': {
    after: (world) => (world.quote = (name, at) => ({ ...quoteOf(name, at), bid: 101 })),
  },
  'it was blocked when it was made': {
    before: (world) => (world.plan = planOf(FOUR_LINES, { verdict: 'blocked' })),
  },
  'it is for another account': {
    before: (world) => (world.plan = planOf(FOUR_LINES, { account: 'DU7654321' as never })),
  },
  'the link is down': { after: (world) => world.link('down') },
}
