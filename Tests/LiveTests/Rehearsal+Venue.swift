import CxxEvent
import CxxFix
import Engine
import Portfolio

// What the venue says: mostly the truth, sometimes twice, late, in another order, or not at all.
extension Rehearsal {
    private func report(
        _ order: DrawnVenue.Order, _ type: martlet.ExecType, _ status: martlet.OrderStatus, last: Int64 = 0, price: Int64 = 0
    ) -> martlet.OrderEvent {
        var event = martlet.OrderEvent()
        event.kind = .execution_report
        event.instrument = order.command.instrument
        event.side = order.command.side
        event.client_order = order.command.client_order
        event.exchange_time = sequencer.time
        event.exec_type = type
        event.status = status
        event.last_quantity = last
        event.last_price = price
        event.cumulative_quantity = order.filled
        event.leaves_quantity = order.leaves
        event.venue_order = martlet.Identifier16(high: 2, low: order.command.client_order)
        return event
    }

    /// Takes the oldest message of ours, if there is one, and says what it says to it.
    mutating func answerOne() {
        guard venue.isUp, !venue.inbox.isEmpty else {
            if !venue.isUp, random.below(3) == 0 { raise() }
            return
        }
        let command = venue.inbox.removeFirst()
        switch command.command {
        case .new_order: accept(command)
        case .cancel: cancel(command)
        case .mass_status, .trades, .positions: answer(command)
        default: break
        }
    }

    private mutating func raise() {
        venue.isUp = true
        var event = martlet.OrderEvent()
        event.kind = .session_up
        event.instrument = .max
        order(event)
    }

    private mutating func accept(_ command: martlet.Command) {
        var placed = DrawnVenue.Order(command: command, leaves: command.quantity)
        switch random.below(12) {
        case 0: // refused
            placed.leaves = 0
            var refused = report(placed, .rejected, .rejected)
            refused.reason = random.below(2) == 0 ? .other : .none
            order(refused)
        case 1: break // lost
        case 2: // could not be sent
            var failed = martlet.make_send_failed(command, .not_logged_on)
            failed.exchange_time = sequencer.time
            order(failed)
        default:
            venue.orders.append(placed)
            order(report(placed, .new_order, .new_order))
        }
    }

    private mutating func cancel(_ command: martlet.Command) {
        guard let at = venue.orders.firstIndex(where: { $0.command.client_order == command.original_client_order && $0.leaves > 0 }) else {
            var reject = martlet.OrderEvent()
            reject.kind = .cancel_reject
            reject.instrument = command.instrument
            reject.side = command.side
            reject.client_order = command.client_order
            reject.original_client_order = command.original_client_order
            reject.reason = random.below(2) == 0 ? .too_late : .unknown_order
            reject.exchange_time = sequencer.time
            return order(reject)
        }
        guard random.below(6) != 0 else { return } // thinks about it for ever
        venue.orders[at].leaves = 0
        var event = report(venue.orders[at], .canceled, .canceled)
        event.original_client_order = event.client_order
        event.client_order = command.client_order
        order(event)
    }

    /// Something happens to an order, or is said again.
    mutating func happen() {
        guard venue.isUp else { return }
        switch random.below(12) {
        case 0..<8: fillOne()
        case 8: if let told = venue.told.randomElement(using: &random) { again(told) }
        case 9: if let told = venue.told.randomElement(using: &random) { revise(told) }
        case 10: foreign()
        default: lost()
        }
    }

    private mutating func fillOne() {
        let open = venue.orders.indices.filter { venue.orders[$0].leaves > 0 }
        guard let at = open.randomElement(using: &random) else { return }
        let lots = random.below(2) == 0 ? venue.orders[at].leaves : 1 + Int64(random.below(Int(venue.orders[at].leaves)))
        venue.orders[at].filled += lots
        venue.orders[at].leaves -= lots
        let price = market.middles[Int(venue.orders[at].command.instrument)] + Int64(random.below(5)) - 2
        var event = report(venue.orders[at], .trade, venue.orders[at].leaves == 0 ? .filled : .partially_filled, last: lots, price: price)
        event.execution = martlet.Identifier16(high: 1, low: venue.nextExecution)
        event.fee = Int64(random.below(30)) - 5
        venue.nextExecution += 1
        venue.told.append(event)
        // One in five is not told: the venue counts it, and a trade request finds it.
        if random.below(5) != 0 { order(event) }
    }

    private mutating func again(_ told: martlet.OrderEvent) {
        var event = told
        if random.below(2) == 0 { event.flags |= UInt16(martlet.order_flag_possible_duplicate.rawValue) }
        order(event)
    }

    private mutating func revise(_ told: martlet.OrderEvent) {
        guard random.below(3) == 0 else { return }
        var event = told
        event.exec_type = random.below(2) == 0 ? .trade_cancel : .trade_correct
        event.last_price += 1
        event.exchange_time = sequencer.time
        order(event)
    }

    /// An order, or an execution of one, that is not ours.
    private mutating func foreign() {
        guard random.below(6) == 0 else { return }
        var command = martlet.Command()
        command.instrument = UInt32(random.below(4))
        command.side = .buy
        command.client_order = 7_000_000 + UInt64(random.below(5))
        command.quantity = 10
        var event = report(DrawnVenue.Order(command: command, leaves: 10), .order_status, .new_order)
        event.flags = UInt16(martlet.order_flag_status.rawValue)
        order(event)
    }

    private mutating func lost() {
        guard random.below(3) == 0 else { return }
        var event = martlet.OrderEvent()
        event.kind = .business_reject
        event.instrument = .max
        event.flags = UInt16(martlet.order_flag_undecodable.rawValue)
        event.reason = .malformed
        order(event)
    }

    private mutating func answer(_ command: martlet.Command) {
        guard random.below(10) != 0 else { return } // no answer
        switch command.command {
        case .mass_status:
            for stated in venue.orders where stated.leaves > 0 {
                var event = report(stated, .order_status, stated.filled > 0 ? .partially_filled : .new_order)
                event.flags = UInt16(martlet.order_flag_status.rawValue)
                order(event)
            }
        case .trades:
            for told in venue.told.suffix(20) {
                var event = told
                event.kind = .trade_report
                order(event)
            }
        default:
            for index in 0..<4 {
                var row = martlet.OrderEvent()
                row.kind = .position_report
                row.instrument = UInt32(index)
                row.reference_number = UInt32(truncatingIfNeeded: command.request)
                row.cumulative_quantity = engine.ledger.position(index) + (random.below(150) == 0 ? 1 : 0)
                row.fee = Int64(random.below(3))
                order(row)
            }
        }
        var end = martlet.OrderEvent()
        end.kind = .report_end
        end.instrument = .max
        end.reference_number = UInt32(truncatingIfNeeded: command.request)
        order(end)
    }
}
