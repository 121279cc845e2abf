import { expect, test } from 'vitest'
import { readPlaceOrder } from '#gateway/messages/place-order.ts'
import { FieldReader } from '#gateway/wire/field-reader.ts'
import { placeOrderFields } from '#test/support/place-order-fields.ts'
import { table } from '#test/support/table.ts'

const read = (fields: readonly string[], version = 178) =>
  readPlaceOrder(new FieldReader(fields, 1), version)

test('a plain order has 114 fields at 178 and 115 at 176', () => {
  const plain = placeOrderFields({ orderId: '7' })
  expect(plain).toHaveLength(114)
  expect(read(plain).ok).toBe(true)
  const older = placeOrderFields({ orderId: '7', FAPROFILE: 'profile' })
  expect(older).toHaveLength(115)
  const order = read(older, 176)
  expect(order.ok && order.value.terms.faProfile).toBe('profile')
})

test('values land under their names, from the first to the last', () => {
  const order = read(
    placeOrderFields({
      orderId: '7',
      tradingClass: 'NMS',
      action: 'SELL',
      hidden: '1',
      modelCode: 'm',
      deltaNeutralAuxPrice: '1.5',
      trailingPercent: '2',
      whatIf: '1',
      cashQty: '500',
      manualOrderTime: 'now',
    }),
  )
  expect(order).toMatchObject({
    ok: true,
    value: {
      orderId: 7,
      contract: { symbol: 'AAPL', tradingClass: 'NMS' },
      terms: {
        action: 'SELL',
        hidden: '1',
        modelCode: 'm',
        deltaNeutralAuxPrice: '1.5',
        trailingPercent: '2',
        whatIf: '1',
        cashQty: '500',
        manualOrderTime: 'now',
      },
    },
  })
})

test.each(
  table(`
    block                    | said
    legs of a combination    | secType=BAG;LEGS=2 1 1 BUY SMART 0 0 _ -1 2 1 SELL SMART 0 0 _ -1 2 1.5 2.5 1 NonGuaranteed 1
    delta neutral            | deltaNeutralOrderType=MKT;DELTANEUTRAL=1 _ _ _ _ 0 0 _
    a scale                  | scalePriceIncrement=0.05;SCALE=0.01 60 0.1 0 _ _ 0
    a scale of nothing       | scalePriceIncrement=0
    a scale unset            | scalePriceIncrement=1.7976931348623157e+308
    a hedge                  | hedgeType=B;HEDGE=0.5
    a delta neutral contract | deltaNeutralContractPresent=1;DNCONTRACT=5 0.5 10
    an algorithm             | algoStrategy=Adaptive;ALGO=1 adaptivePriority Normal
    pegged to a benchmark    | orderType=PEG BENCH;PEGBENCH=1 0 0.1 0.1 SMART
    a price condition        | conditionsCount=1;CONDITIONS=1 a 1 200.5 265598 SMART 0 0 0
    one condition of each    | conditionsCount=6;CONDITIONS=1 a 1 2 3 SMART 0 3 o 1 20260105 4 a 1 30 5 a STK SMART AAPL 6 a 1 1000 3 SMART 7 a 1 5 3 SMART 0 1
    a minimum at IBKRATS     | exchange=IBKRATS;TAIL=100
    pegged to best           | orderType=PEG BEST;TAIL=10 0.02
    pegged to best, mid      | orderType=PEG BEST;TAIL=10 Infinity 0.01 0.02
    pegged to best, as ib_async spells it | orderType=PEGBEST;TAIL=10 Infinite 0.01 0.02
    pegged to mid            | orderType=PEG MID;TAIL=0.01 0.02
  `),
)('with $block every field is used up', ({ said }) => {
  const fields = Object.fromEntries(said.split(';').map((pair) => pair.split('=')))
  const order = read(placeOrderFields({ orderId: '7', ...fields }))
  expect(order.ok ? 'read' : order.error.cause).toBe('read')
})

test('conditions are kept for the echo, each with its own fields', () => {
  const order = read(
    placeOrderFields({
      orderId: '7',
      conditionsCount: '1',
      CONDITIONS: '6 o 1 1000 3 SMART 1 0',
    }),
  )
  expect(order.ok && order.value.conditions).toEqual([
    { condType: '6', conjunction: 'o', isMore: '1', volume: '1000', conId: '3', exchange: 'SMART' },
  ])
  expect(order.ok && order.value.terms.conditionsIgnoreRth).toBe('1')
})

test.each([
  ['a field lost, as by stoqey with orderMiscOptions: []', -1, 'fields too few'],
  ['a field too many', 1, 'fields too many'],
])('an order that slipped is refused: %s', (_situation, change, cause) => {
  const fields = placeOrderFields({ orderId: '7' })
  const slipped = change < 0 ? fields.slice(0, -1) : [...fields, '']
  expect(read(slipped)).toEqual({
    ok: false,
    error: { orderId: 7, cause: expect.stringContaining(cause) },
  })
})
