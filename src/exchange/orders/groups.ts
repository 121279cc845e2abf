/**
 * Orders that depend on each other: children on their parent, and one-cancels-all groups.
 *
 * *Parent and child.* A child is held until its parent fills. IBKR lets it work for what the parent has
 * filled: of a child of Q units whose parent of P has filled p, ⌊Q p / P⌋ in whole lots, so that two half
 * targets never close more than was opened. A parent that ends without a fill takes its children along; one
 * that ends partly filled leaves them the share that it filled. Children that close and name no group form one of
 * type 3 named after their parent's permId: what an IB Gateway reports of a bracket (seen: ocaGroup is the
 * parent's permId, ocaType 3).
 *
 * *One-cancels-all* (IBKR's Order.ocaType). Type 1: a fill of one cancels the others. Types 2 and 3: it reduces them
 * in proportion: order j of Q_j units loses ⌈Q_j f_k / Q_k⌉ lots when order k of Q_k has filled f_k. Hence
 *
 *   Σ f_k / Q_k ≤ 1, so Σ f_k ≤ max Q_k,
 *
 * which is what keeps a group from filling twice. Types 1 and 2 block besides: only one order of the group rests
 * at the exchange at a time (the one that has begun to fill, else the first); the others are kept by the broker and sent
 * when the market comes to their price.
 *
 * This file only says what follows from what; the order desk does it.
 */
import { greater, lesser, minus, plus, quantity, roundTo, type Quantity } from '#model/fixed.ts'
import type { VenueRefusal } from '#exchange/exchange.ts'
import type { NewVenueOrder, OcaType } from '#exchange/terms.ts'
import type { Consequence, OrderRelations } from '#exchange/orders/relations.ts'
import { isOpen, type LiveOrder } from '#exchange/orders/venue-order.ts'

export const GROUP_REFUSALS = {
  /** IBKR's message code 10006. */
  missingParent: { code: 10006, reason: 'Missing parent order.' },
  /** IBKR's message code 10327. */
  groupType: { code: 10327, reason: 'OCA group type revision is not allowed.' },
  /** Seen: for MOC and OPG orders in a group. */
  auctionInGroup: { code: 201, reason: 'Order rejected - reason:Invalid OCA handling method' },
  groupHasTraded: {
    code: 201,
    reason: 'Order rejected - reason:An order of its OCA group has already been filled.',
  },
} as const satisfies Readonly<Record<string, VenueRefusal>>

const PARENT_ENDED = 'Parent order was canceled.'
const SIBLING_FILLED = 'An order of its OCA group was filled.'

/** An order in a group, and what the fills of each other one took from it. */
interface Member {
  readonly order: LiveOrder
  readonly lost: Map<number, Quantity>
}

interface Group {
  readonly type: OcaType
  readonly members: Map<number, Member>
}

interface Family {
  readonly parent: LiveOrder
  /** The most that the parent ever was to trade: what its children are measured by. */
  size: Quantity
  readonly children: Set<LiveOrder>
}

const NONE = quantity('0')

/**
 * @param openOrder - the open order of a permId
 * @param hasFilled - whether the order of a permId ended whole today: its children work at once
 */
export function orderGroups(
  openOrder: (permId: number) => LiveOrder | undefined,
  hasFilled: (permId: number) => boolean,
): OrderRelations {
  const groups = new Map<string, Group>()
  const families = new Map<number, Family>()

  const groupOf = ({ terms: { oca } }: Pick<LiveOrder, 'terms'>): Group | undefined =>
    oca === undefined ? undefined : groups.get(oca.name)

  const familyOf = ({ terms: { parent } }: LiveOrder): Family | undefined =>
    parent === undefined ? undefined : families.get(parent)

  const lostBy = (order: LiveOrder): Quantity => {
    const member = groupOf(order)?.members.get(order.permId)
    return [...(member?.lost.values() ?? [])].reduce<Quantity>((sum, lost) => plus(sum, lost), NONE)
  }

  /** What it was to trade before its group took from it. */
  const baseOf = (order: LiveOrder): Quantity => plus(order.terms.quantity, lostBy(order))

  const allowed: OrderRelations['allowed'] = (order) => {
    const whole = order.terms.quantity
    const family = familyOf(order)
    if (family === undefined || !family.children.has(order)) return whole
    const { filled, terms } = family.parent
    family.size = greater(family.size, terms.quantity)
    const share = shareDown(baseOf(order), filled, family.size, order.instrument.lot)
    return lesser(whole, greater(order.filled, minus(share, lostBy(order))))
  }

  const refusalOf: OrderRelations['refusalOf'] = (terms) => {
    const { parent, oca, orderType, timeInForce, quantity: size } = terms
    if (parent !== undefined && openOrder(parent) === undefined && !hasFilled(parent)) return GROUP_REFUSALS.missingParent // prettier-ignore
    if (oca === undefined) return undefined
    if (orderType === 'MOC' || orderType === 'LOC' || timeInForce === 'OPG')
      return GROUP_REFUSALS.auctionInGroup
    const group = groups.get(oca.name)
    if (group === undefined) return undefined
    if (group.type !== oca.type) return GROUP_REFUSALS.groupType
    const orders = [...group.members.values()].map(({ order }) => order)
    if (oca.type === 1 && orders.some(({ filled }) => filled > 0n)) return GROUP_REFUSALS.groupHasTraded // prettier-ignore
    return lostToGroup(size, group) < size ? undefined : GROUP_REFUSALS.groupHasTraded
  }

  /** What the fills so far take from an order of a size that joins. */
  const lostToGroup = (size: Quantity, { members }: Group): Quantity =>
    [...members.values()]
      .map(({ order }) => shareUp(size, order.filled, baseOf(order), order.instrument.lot))
      .reduce<Quantity>((sum, lost) => plus(sum, lost), NONE)

  const join: OrderRelations['join'] = (order) => {
    const { parent, oca } = order.terms
    const elder = parent === undefined ? undefined : openOrder(parent)
    if (elder !== undefined) {
      const family = families.get(elder.permId) ?? newFamily(elder)
      families.set(elder.permId, family)
      family.children.add(order)
    }
    const { quantity: size } = order.terms
    if (oca === undefined) return size
    const group = groups.get(oca.name) ?? { type: oca.type, members: new Map() }
    groups.set(oca.name, group)
    const lost = new Map<number, Quantity>()
    for (const { order: other } of group.members.values())
      if (other.filled > 0n)
        lost.set(other.permId, shareUp(size, other.filled, baseOf(other), order.instrument.lot))
    const left = minus(size, lostToGroup(size, group))
    group.members.set(order.permId, { order, lost })
    return left
  }

  /** Takes from an open order what another one's fills so far have cost it. */
  const reductionOf = (group: Group, order: LiveOrder, by: LiveOrder): readonly Consequence[] => {
    const lost = group.members.get(order.permId)?.lost
    if (lost === undefined) return []
    const due = shareUp(baseOf(order), by.filled, baseOf(by), order.instrument.lot)
    const more = lesser(
      minus(due, lost.get(by.permId) ?? NONE),
      minus(order.terms.quantity, order.filled),
    )
    if (more <= 0n) return []
    lost.set(by.permId, plus(lost.get(by.permId) ?? NONE, more))
    const left = minus(order.terms.quantity, more)
    return [{ type: 'reduce', order, quantity: left, reason: SIBLING_FILLED }]
  }

  const siblingEffects = (order: LiveOrder): readonly Consequence[] => {
    const group = groupOf(order)
    if (group === undefined) return []
    const siblings = [...group.members.values()]
      .map((member) => member.order)
      .filter((other) => other !== order && isOpen(other))
    if (group.type === 1)
      return siblings.map((other) => ({ type: 'cancel', order: other, reason: SIBLING_FILLED }))
    return siblings.flatMap((other) => reductionOf(group, other, order))
  }

  const afterFill: OrderRelations['afterFill'] = (order) => [
    ...siblingEffects(order),
    ...openChildren(order).map((child) => ({ type: 'activate' as const, order: child })),
  ]

  const openChildren = ({ permId }: LiveOrder): readonly LiveOrder[] =>
    [...(families.get(permId)?.children ?? [])].filter(isOpen)

  const afterEnd: OrderRelations['afterEnd'] = (order) => {
    const effects = openChildren(order).flatMap(orphaned)
    families.get(order.permId)?.children.clear()
    families.delete(order.permId)
    familyOf(order)?.children.delete(order)
    forget(order)
    return effects
  }

  const orphaned = (child: LiveOrder): readonly Consequence[] => {
    const left = allowed(child)
    if (left === child.terms.quantity) return []
    if (left <= child.filled) return [{ type: 'cancel', order: child, reason: PARENT_ENDED }]
    return [{ type: 'reduce', order: child, quantity: left, reason: PARENT_ENDED }]
  }

  /** A group that ended without a trade leaves its name; one that traded keeps it for the day, and lets nobody join. */
  const forget = ({ terms: { oca } }: LiveOrder): void => {
    const group = oca === undefined ? undefined : groups.get(oca.name)
    if (oca === undefined || group === undefined) return
    const orders = [...group.members.values()].map((member) => member.order)
    if (!orders.some((of) => isOpen(of) || of.filled > 0n)) groups.delete(oca.name)
  }

  const turnDay: OrderRelations['turnDay'] = () => {
    for (const [name, { members }] of groups)
      if (![...members.values()].some(({ order }) => isOpen(order))) groups.delete(name)
  }

  const mayRest: OrderRelations['mayRest'] = (order) => {
    const group = groupOf(order)
    if (group === undefined || group.type === 3) return true
    const working = [...group.members.values()]
      .map((member) => member.order)
      .filter(({ status }) => status === 'working')
    const holder = working.find(({ filled }) => filled > 0n) ?? working[0]
    return holder === undefined || holder === order
  }

  const awaitsParent: OrderRelations['awaitsParent'] = (order) =>
    familyOf(order)?.children.has(order) === true && allowed(order) <= order.filled

  return { refusalOf, join, allowed, awaitsParent, mayRest, afterFill, afterEnd, turnDay }
}

/** The terms as the groups see them: a child that names no group belongs to its family's. */
export function withFamilyGroup(terms: NewVenueOrder): NewVenueOrder {
  const { parent, oca } = terms
  if (parent === undefined || oca !== undefined) return terms
  return { ...terms, oca: { name: String(parent), type: 3 } }
}

const newFamily = (parent: LiveOrder): Family => ({
  parent,
  size: parent.terms.quantity,
  children: new Set(),
})

/** ⌊of × part / whole⌋ in whole lots. */
function shareDown(of: Quantity, part: Quantity, whole: Quantity, lot: Quantity): Quantity {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- units × units / units are units
  return roundTo(((of * part) / whole) as Quantity, lot, 'down')
}

/** ⌈of × part / whole⌉ in whole lots. */
function shareUp(of: Quantity, part: Quantity, whole: Quantity, lot: Quantity): Quantity {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- units × units / units are units
  return roundTo(((of * part + whole - 1n) / whole) as Quantity, lot, 'up')
}
