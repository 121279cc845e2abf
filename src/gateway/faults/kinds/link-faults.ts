/** Faults of the connection: between the client and the gateway, and between the gateway and IBKR. */
import { Buffer } from 'node:buffer'
import { z } from 'zod'
import { FARMS } from '#gateway/error-codes.ts'
import { fault, type AnyFaultKind } from '#gateway/faults/fault.ts'
import { NO_PARAMETERS, concerned } from '#gateway/faults/kinds/answers.ts'
import { duration } from '#gateway/faults/spec.ts'
import { errorMessage } from '#gateway/messages/outgoing/session.ts'
import { dropStreams } from '#gateway/session.ts'
import { textsOf } from '#gateway/wire/field.ts'
import { frameOf } from '#gateway/wire/frame.ts'

export const LINK_FAULTS: Readonly<Record<string, AnyFaultKind>> = {
  'client-id-lingers': fault({
    does: 'The ids of the clients connected now stay in use after they have left: 326 on reconnecting.',
    seen: 'nautechsystems/nautilus_trader PR#3796, ib-api-reloaded/ib_async#152',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const { clientId } of concerned(context)) context.desk.lingering.add(clientId)
      },
      end: ({ desk }) => desk.lingering.clear(),
    },
  }),

  'connectivity-lost': fault({
    does: '1100: the gateway loses IBKR. Orders go on there; nothing is told until 1101 (data lost) or 1102 (data kept).',
    seen: 'IBKR’s message codes; QuantConnect/Lean.Brokerages.InteractiveBrokers#249',
    parameters: z.strictObject({
      dataLost: z.boolean().default(false),
      /** 1100 comes again so often while it lasts. */
      repeats: z.int().min(0).max(20).default(0),
      every: duration.prefault('5s'),
    }),
    effect: {
      on: 'moment',
      begin: ({ desk }, { repeats, every }) => {
        desk.connectivity.lose(desk)
        for (let i = 1; i <= repeats; i++)
          desk.later(i * every, () => {
            if (!desk.connectivity.isUp) desk.connectivity.lose(desk)
          })
      },
      end: ({ desk }, { dataLost }) => desk.connectivity.restore(desk, !dataLost),
    },
  }),

  'farm-flap': fault({
    does: '2103, then 2104: the market data farm was gone. With deadFeed, what was subscribed stays silent until it is asked for again.',
    seen: 'nautechsystems/nautilus_trader PR#3968, PR#4412',
    parameters: z.strictObject({
      farm: z.string().default('usfarm'),
      deadFeed: z.boolean().default(true),
    }),
    effect: {
      on: 'moment',
      mutes: ['TICK_PRICE', 'TICK_SIZE', 'TICK_STRING', 'TICK_GENERIC'],
      begin: (context, { farm }) => {
        for (const session of concerned(context))
          session.deliver(errorMessage(-1, 2103, `Market data farm connection is broken:${farm}`))
      },
      end: (context, { farm, deadFeed }) => {
        for (const session of concerned(context)) {
          if (deadFeed) dropStreams(context.desk, session)
          session.deliver(errorMessage(-1, 2104, `Market data farm connection is OK:${farm}`))
        }
      },
    },
  }),

  'socket-cut': fault({
    does: 'The connection is gone, without a word; set off by a message, right after it.',
    seen: 'stoqey/ib#195',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const session of concerned(context)) session.link.cut()
      },
    },
  }),

  'cut-mid-frame': fault({
    does: 'A message is sent by half, and the connection is gone.',
    seen: 'IBKR’s EReader expects it; IBKR’s message code 507',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'message',
      act: ({ session }, _params, message) => {
        const frame = frameOf(textsOf(message))
        session?.link.write(frame.subarray(0, Math.ceil(frame.length / 2)))
        session?.link.end('cut in the middle of a frame')
        return []
      },
    },
  }),

  'frame-split': fault({
    does: 'A message arrives in two segments with a pause between them.',
    seen: 'any TCP connection',
    parameters: z.strictObject({ pause: duration.prefault('200ms') }),
    effect: {
      on: 'message',
      act: ({ desk, session }, { pause }, message) => {
        if (session === undefined) return []
        const frame = frameOf(textsOf(message))
        const half = Math.ceil(frame.length / 2)
        session.link.write(frame.subarray(0, half))
        const release = session.link.hold()
        desk.later(pause, () => {
          session.link.write(frame.subarray(half))
          release()
        })
        return []
      },
    },
  }),

  'frames-joined': fault({
    does: 'Nothing arrives for a while, and then everything in one segment.',
    seen: 'any TCP connection; the quadratic decoder of stoqey/ib',
    parameters: NO_PARAMETERS,
    effect: heldBack(),
  }),

  'gateway-frozen': fault({
    does: 'The connection stands, requests are taken, and nothing is answered until it is over.',
    seen: 'stoqey/ib#195: a half-dead session',
    parameters: NO_PARAMETERS,
    effect: heldBack(),
  }),

  'gateway-restart': fault({
    does: 'Every connection drops and none is taken for a while; the next valid order ids fall back by rollBack.',
    seen: 'QuantConnect/Lean.Brokerages.InteractiveBrokers#242: 38103 to 38099',
    parameters: z.strictObject({
      down: duration.prefault('30s'),
      rollBack: z.int().min(0).default(0),
    }),
    effect: {
      on: 'moment',
      begin: ({ desk }, { down, rollBack }) => {
        desk.orders.rollBack(rollBack)
        desk.network.restart(down)
      },
    },
  }),

  'port-reset': fault({
    does: '1300: the socket port was reset, and the connection drops.',
    seen: 'IBKR’s message codes',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const session of concerned(context)) {
          session.deliver(errorMessage(-1, 1300, 'TWS socket port has been reset and this connection is being dropped. Please reconnect on the new port.')) // prettier-ignore
          session.link.end('port reset')
        }
      },
    },
  }),

  'rate-exceeded': fault({
    does: '100: too many messages a second, and the connection drops.',
    seen: 'erdewit/ib_insync#443; stoqey/ib PR#68',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const session of concerned(context)) {
          session.deliver(errorMessage(-1, 100, 'Max rate of messages per second has been exceeded:max=50 rec=51')) // prettier-ignore
          session.link.end('too many messages')
        }
      },
    },
  }),

  'garbage-frame': fault({
    does: 'A whole frame arrives whose fields make no sense.',
    seen: 'stoqey/ib#203: decoders that meet what they do not know',
    parameters: z.strictObject({ fields: z.int().min(1).max(200).default(8) }),
    effect: {
      on: 'moment',
      begin: (context, { fields }) => {
        const words = Array.from({ length: fields }, () => context.draw().toString(36).slice(2))
        for (const { link } of concerned(context)) link.write(frameOf(words))
      },
    },
  }),

  'wrong-length-frame': fault({
    does: 'A frame says it is longer than it is, and the connection ends.',
    seen: 'IBKR’s message code 507, bad message length',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const { link } of concerned(context)) {
          link.write(Buffer.from([0, 0, 1, 0, 0x34, 0]))
          link.end('a frame of a wrong length')
        }
      },
    },
  }),

  'farm-messages': fault({
    does: 'The farms report themselves once more: connecting, dormant, broken, and in order.',
    seen: 'IBKR’s message codes 2103 to 2119, 2157, 2158',
    parameters: NO_PARAMETERS,
    effect: {
      on: 'moment',
      begin: (context) => {
        for (const session of concerned(context))
          for (const { code, text } of [...FARM_TROUBLE, ...FARMS])
            session.deliver(errorMessage(-1, code, text))
      },
    },
  }),
}

const FARM_TROUBLE = [
  { code: 2119, text: 'Market data farm is connecting:usfarm' },
  { code: 2108, text: 'Market data farm connection is inactive but should be available upon demand.usfarm' }, // prettier-ignore
  { code: 2107, text: 'HMDS data farm connection is inactive but should be available upon demand.ushmds' }, // prettier-ignore
  { code: 2105, text: 'HMDS data farm connection is broken:ushmds' },
  { code: 2157, text: 'Sec-def data farm connection is broken:secdefnj' },
] as const

/** Holds the clients' messages while it lasts. */
function heldBack(): Extract<AnyFaultKind['effect'], { on: 'moment' }> {
  const releases = new Map<object, readonly (() => void)[]>()
  return {
    on: 'moment',
    begin: (context) => {
      releases.set(
        context,
        concerned(context).map(({ link }) => link.hold()),
      )
    },
    end: (context) => {
      for (const release of releases.get(context) ?? []) release()
      releases.delete(context)
    },
  }
}
