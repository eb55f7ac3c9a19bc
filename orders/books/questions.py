"""What the check of the books asks. Each question finds what breaks its rule: `what`, `wanted` and `found` (øre)."""

COMMON = """
    WITH
    sold AS (
        SELECT DISTINCT p.order_id FROM posting p JOIN "order" o ON o.id = p.order_id
        WHERE p.code IN ('sale', 'freight') AND o.state <> 'part_sent'
    ),
    taken AS (SELECT share_id, SUM(ore) AS ore FROM refund_share WHERE share_id IS NOT NULL GROUP BY share_id)
"""
QUESTIONS: dict[str, str] = {
    "order_is_its_lines": """
        SELECT o.number AS what, o.gross_ore AS wanted, COALESCE(SUM(l.gross_ore), 0) AS found
        FROM "order" o LEFT JOIN order_line l ON l.order_id = o.id
        GROUP BY o.id, o.number, o.gross_ore HAVING COALESCE(SUM(l.gross_ore), 0) <> o.gross_ore
    """,
    "shares_are_the_net_amount": """
        SELECT o.number AS what, l.net_ore AS wanted, COALESCE(SUM(s.ore), 0) AS found
        FROM order_line l JOIN "order" o ON o.id = l.order_id LEFT JOIN share s ON s.line_id = l.id
        GROUP BY l.id, o.number, l.net_ore HAVING COALESCE(SUM(s.ore), 0) <> l.net_ore
    """,
    "line_is_booked_at_its_price": """
        SELECT o.number AS what, l.gross_ore - COALESCE(r.ore, 0) AS wanted, COALESCE(p.ore, 0) AS found
        FROM order_line l
        JOIN "order" o ON o.id = l.order_id
        JOIN sold ON sold.order_id = o.id
        LEFT JOIN (SELECT line_id, SUM(gross_ore) AS ore FROM refund_line GROUP BY line_id) r ON r.line_id = l.id
        LEFT JOIN (
            SELECT p.line_id AS line_id, SUM(CASE WHEN p.debit_id = a.id THEN p.ore ELSE -p.ore END) AS ore
            FROM posting p JOIN account a ON a.kind = 'receivable' AND a.id IN (p.debit_id, p.credit_id)
            WHERE p.line_id IS NOT NULL GROUP BY p.line_id
        ) p ON p.line_id = l.id
        WHERE l.gross_ore - COALESCE(r.ore, 0) <> COALESCE(p.ore, 0)
    """,
    "share_is_booked_at_what_is_left": """
        SELECT o.number AS what, s.ore - COALESCE(t.ore, 0) AS wanted, COALESCE(p.ore, 0) AS found
        FROM share s
        JOIN order_line l ON l.id = s.line_id
        JOIN "order" o ON o.id = l.order_id
        JOIN sold ON sold.order_id = o.id
        LEFT JOIN taken t ON t.share_id = s.id
        LEFT JOIN (
            SELECT p.share_id AS share_id,
                SUM(CASE WHEN c.kind IN ('earned', 'payable', 'pot') THEN p.ore ELSE 0 END)
                - SUM(CASE WHEN d.kind IN ('earned', 'payable', 'pot') THEN p.ore ELSE 0 END) AS ore
            FROM posting p JOIN account d ON d.id = p.debit_id JOIN account c ON c.id = p.credit_id
            WHERE p.share_id IS NOT NULL GROUP BY p.share_id
        ) p ON p.share_id = s.id
        WHERE s.ore - COALESCE(t.ore, 0) <> COALESCE(p.ore, 0)
    """,
    "nobody_gives_more_than_is_left": """
        SELECT o.number AS what, s.ore AS wanted, t.ore AS found
        FROM share s JOIN order_line l ON l.id = s.line_id JOIN "order" o ON o.id = l.order_id
        JOIN taken t ON t.share_id = s.id
        WHERE s.enterprise_id IS NOT NULL AND (t.ore > s.ore OR t.ore < 0)
    """,
    "payable_is_its_open_lines": """
        SELECT e.name AS what, COALESCE(lines.ore, 0) - COALESCE(charged.ore, 0) AS wanted,
            COALESCE(booked.ore, 0) AS found
        FROM enterprise e
        LEFT JOIN (
            SELECT s.enterprise_id AS id, SUM(s.ore - COALESCE(t.ore, 0)) AS ore
            FROM share s JOIN posting due ON due.share_id = s.id AND due.code = 'due'
            LEFT JOIN taken t ON t.share_id = s.id GROUP BY s.enterprise_id
        ) lines ON lines.id = e.id
        LEFT JOIN (
            SELECT rs.enterprise_id AS id, SUM(rs.ore) AS ore FROM refund_share rs
            WHERE rs.share_id IS NULL GROUP BY rs.enterprise_id
        ) charged ON charged.id = e.id
        LEFT JOIN (
            SELECT a.enterprise_id AS id, SUM(CASE WHEN p.credit_id = a.id THEN p.ore ELSE -p.ore END) AS ore
            FROM account a JOIN posting p ON a.id IN (p.debit_id, p.credit_id)
            WHERE a.kind = 'payable' AND p.code NOT IN ('correction', 'replacement') GROUP BY a.enterprise_id
        ) booked ON booked.id = e.id
        WHERE COALESCE(lines.ore, 0) - COALESCE(charged.ore, 0) <> COALESCE(booked.ore, 0)
    """,
    "gateway_is_what_was_received": """
        SELECT 'gateway' AS what, wanted.ore AS wanted, found.ore AS found
        FROM (
            SELECT (SELECT COALESCE(SUM(captured_ore - refunded_ore - fee_ore), 0) FROM payment)
                - (SELECT COALESCE(SUM(CASE WHEN state = 'won' THEN 0 ELSE ore END + fee_ore), 0) FROM dispute)
                + (SELECT COALESCE(SUM(net_ore), 0) FROM gateway_movement WHERE payment_id IS NULL)
                - (SELECT COALESCE(SUM(ore), 0) FROM gateway_payout) AS ore
        ) wanted,
        (
            SELECT COALESCE(SUM(CASE WHEN p.debit_id = a.id THEN p.ore ELSE -p.ore END), 0) AS ore
            FROM account a JOIN posting p ON a.id IN (p.debit_id, p.credit_id)
            WHERE a.kind = 'gateway' AND p.code <> 'correction'
        ) found
        WHERE wanted.ore <> found.ore
    """,
    "payment_is_booked": """
        SELECT o.number AS what, y.captured_ore AS wanted, COALESCE(p.ore, 0) AS found
        FROM payment y JOIN "order" o ON o.id = y.order_id
        LEFT JOIN posting p ON p.reference = 'receipt:' || y.key
        WHERE y.captured_ore <> COALESCE(p.ore, 0)
    """,
    "money_by_hand_is_booked": """
        SELECT o.number AS what, m.ore AS wanted, COALESCE(p.ore, 0) AS found
        FROM money_in m JOIN "order" o ON o.id = m.order_id
        LEFT JOIN posting p ON p.reference = 'receipt:by_hand:' || m.id
        WHERE m.ore <> COALESCE(p.ore, 0)
    """,
    "undone_money_is_booked": """
        SELECT o.number AS what, CASE WHEN b.undone_at IS NULL THEN 0 ELSE b.ore END AS wanted,
            COALESCE(p.ore, 0) AS found
        FROM bank_booking b JOIN "order" o ON o.id = b.order_id
        LEFT JOIN posting p ON p.reference = 'undone:by_hand:' || b.money_in_id
        WHERE CASE WHEN b.undone_at IS NULL THEN 0 ELSE b.ore END <> COALESCE(p.ore, 0)
    """,
    "bank_lines_are_divided": """
        SELECT 'bank ' || l.id AS what, CASE WHEN s.state = 'out' THEN 0 ELSE l.ore - COALESCE(b.ore, 0) END AS wanted,
            COALESCE(s.left_ore, -1) AS found
        FROM bank_line l LEFT JOIN bank_line_state s ON s.line_id = l.id
        LEFT JOIN (
            SELECT line_id, SUM(ore) AS ore FROM bank_booking WHERE undone_at IS NULL GROUP BY line_id
        ) b ON b.line_id = l.id
        WHERE CASE WHEN s.state = 'out' THEN 0 ELSE l.ore - COALESCE(b.ore, 0) END <> COALESCE(s.left_ore, -1)
    """,
    "reminders_are_booked": """
        SELECT o.number AS what, r.fee_ore + r.interest_ore AS wanted, COALESCE(SUM(p.ore), 0) AS found
        FROM reminder r JOIN "order" o ON o.id = r.order_id
        LEFT JOIN posting p ON p.reference IN ('reminder:fee:' || r.key, 'reminder:interest:' || r.key)
        GROUP BY r.id, o.number, r.fee_ore, r.interest_ore
        HAVING r.fee_ore + r.interest_ore <> COALESCE(SUM(p.ore), 0)
    """,
    "sent_is_sold": """
        SELECT o.number AS what, 1 AS wanted, 0 AS found FROM "order" o
        LEFT JOIN sold ON sold.order_id = o.id
        WHERE (o.state IN ('sent', 'closed') AND sold.order_id IS NULL AND o.gross_ore > 0)
            OR (o.state NOT IN ('sent', 'closed') AND sold.order_id IS NOT NULL)
    """,
    "parcels_are_booked": """
        SELECT o.number AS what, d.ore AS wanted, COALESCE(p.ore, 0) AS found
        FROM "order" o
        JOIN (SELECT order_id, SUM(gross_ore) AS ore FROM departure GROUP BY order_id) d ON d.order_id = o.id
        LEFT JOIN (
            SELECT p.order_id, SUM(CASE WHEN p.debit_id = a.id THEN p.ore ELSE -p.ore END) AS ore
            FROM posting p JOIN account a ON a.kind = 'receivable' AND a.id IN (p.debit_id, p.credit_id)
            WHERE p.code IN ('sale', 'freight', 'discount') GROUP BY p.order_id
        ) p ON p.order_id = o.id
        WHERE d.ore <> COALESCE(p.ore, 0)
    """,
    "sold_is_invoiced": """
        SELECT o.number AS what, o.gross_ore - COALESCE(r.ore, 0) AS wanted, COALESCE(d.ore, 0) AS found
        FROM "order" o
        JOIN sold ON sold.order_id = o.id
        LEFT JOIN (SELECT order_id, SUM(gross_ore) AS ore FROM refund GROUP BY order_id) r ON r.order_id = o.id
        LEFT JOIN (
            SELECT order_id, SUM(CASE WHEN kind = 'invoice' THEN gross_ore ELSE -gross_ore END) AS ore
            FROM document WHERE kind IN ('invoice', 'credit_note') GROUP BY order_id
        ) d ON d.order_id = o.id
        WHERE o.gross_ore - COALESCE(r.ore, 0) <> COALESCE(d.ore, 0)
    """,
    "numbers_have_no_gaps": """
        SELECT n.series AS what, n.last AS wanted, COUNT(d.id) AS found
        FROM number_series n LEFT JOIN document d ON d.series = n.series AND d.serial <= n.last
        GROUP BY n.series, n.last HAVING COUNT(d.id) <> n.last
    """,
    "nothing_twice": """
        SELECT reference AS what, 1 AS wanted, COUNT(*) AS found FROM posting GROUP BY reference HAVING COUNT(*) > 1
    """,
    "kept_sums_are_right": """
        SELECT w.what, w.ore AS wanted, COALESCE(f.ore, 0) AS found
        FROM (
            SELECT d.kind || ' → ' || c.kind AS what, SUM(p.ore) AS ore
            FROM posting p JOIN account d ON d.id = p.debit_id JOIN account c ON c.id = p.credit_id
            WHERE p.code <> 'due' AND p.id <= (SELECT COALESCE(MAX(posting_id), 0) FROM sum_mark)
            GROUP BY d.kind || ' → ' || c.kind
        ) w LEFT JOIN (
            SELECT d.kind || ' → ' || c.kind AS what, SUM(p.ore) AS ore
            FROM posting_day p JOIN account d ON d.id = p.debit_id JOIN account c ON c.id = p.credit_id
            GROUP BY d.kind || ' → ' || c.kind
        ) f ON f.what = w.what
        WHERE w.ore <> COALESCE(f.ore, 0)
        UNION ALL
        SELECT w.what, w.ore AS wanted, w.found FROM (
            SELECT 'receivable' AS what,
                (SELECT COALESCE(SUM(CASE WHEN p.debit_id = a.id THEN p.ore ELSE -p.ore END), 0)
                 FROM posting p JOIN account a ON a.kind = 'receivable' AND a.id IN (p.debit_id, p.credit_id)
                 WHERE p.order_id IS NOT NULL
                    AND p.id <= (SELECT COALESCE(MAX(posting_id), 0) FROM sum_mark)) AS ore,
                (SELECT COALESCE(SUM(ore), 0) FROM open_balance) AS found
        ) w WHERE w.ore <> w.found
        UNION ALL
        SELECT w.what, w.ore AS wanted, w.found FROM (
            SELECT 'fees' AS what,
                (SELECT COALESCE(SUM(CASE WHEN p.credit_id = a.id THEN p.ore ELSE -p.ore END), 0)
                 FROM posting p JOIN account a
                    ON a.kind IN ('fees', 'written_off') AND a.id IN (p.debit_id, p.credit_id)
                 WHERE p.id <= (SELECT COALESCE(MAX(posting_id), 0) FROM sum_mark)) AS ore,
                (SELECT COALESCE(SUM(ore), 0) FROM cost_day) AS found
        ) w WHERE w.ore <> w.found
    """,
}

# What these rules count is no money.
COUNTED = ("sent_is_sold", "numbers_have_no_gaps", "nothing_twice")
