"""The demo's words and figures: what the ferry company builds, and what it hopes to earn."""

from dataclasses import dataclass
from typing import Any

from planner.domain.vocabulary import Urgency, ValueKind

APPLICATIONS = {"BKG": "Booking", "BRD": "Boarding", "ONB": "On board"}

TEAMS = {
    "Lighthouse": ["Ingrid Solberg", "Tomas Brandt", "Aiko Mori", "Lena Hofer"],
    "Breakwater": ["Samuel Adeyemi", "Marta Nowak", "Piet de Vries"],
    "Gangway": ["Elif Kaya", "Oskar Lund", "Noor Haddad"],
}
REVIEWERS = ["Ruth Feldman", "Jan Kowalczyk", "Priya Nair"]

# Name, category, and what a block of it is: idle or worked on.
STATES = [
    ("Idea", "TODO"),
    ("Ready", "TODO"),
    ("In progress", "IN_PROGRESS"),
    ("Awaiting review", "IN_PROGRESS"),
    ("In review", "IN_PROGRESS"),
    ("Ready for test", "IN_PROGRESS"),
    ("Testing", "IN_PROGRESS"),
    ("Awaiting release", "IN_PROGRESS"),
    ("Released", "DONE"),
    ("Cancelled", "CANCELLED"),
    ("Wish", "TODO"),
]


@dataclass(frozen=True)
class CapabilityPlan:
    """A capability of the demo: its application, team, stories in order, and value sources."""

    application: str
    team: str
    title: str
    description: str
    sources: list[dict[str, Any]]
    stories: list[str]
    urgency: Urgency = Urgency.STEADY
    life_weeks: int | None = None


def source(kind: ValueKind, *, one_off: bool = False, **inputs: tuple[str, str, str]) -> dict[str, Any]:
    """Return a value source as `planner.domain.value.model.parse_model` reads it: low, likely, high."""
    named = {name: dict(zip(("low", "likely", "high"), figures, strict=True)) for name, figures in inputs.items()}
    return {"kind": kind.value, "inputs": named, "one_off": one_off}


CAPABILITIES = [
    CapabilityPlan(
        "BKG",
        "Lighthouse",
        "Rebook a missed sailing without a call",
        "Four in ten calls are about a missed departure. The traveller picks the next sailing and pays the difference.",
        [
            source(
                ValueKind.TIME_SAVINGS,
                users=("40", "46", "52"),
                uses_per_week=("60", "75", "95"),
                minutes_saved=("6", "8.5", "11"),
                hourly_cost=("38", "41", "46"),
                adoption=("0.30", "0.45", "0.60"),
            )
        ],
        [
            "Find the booking by number plate",
            "Show the next sailings with room for the vehicle",
            "Hold a place for ten minutes",
            "Work out the price difference",
            "Pay or refund the difference",
            "Send the new boarding pass",
            "Tell the port office about the change",
            "Rebook a booking with two vehicles",
            "Refuse politely when the fare forbids it",
            "Rebook within an hour of departure",
            "Count calls saved per week",
        ],
    ),
    CapabilityPlan(
        "BKG",
        "Lighthouse",
        "Prices that follow demand",
        "Summer weekends sell out at winter prices. Prices move within bounds set by the route manager.",
        [
            source(
                ValueKind.NEW_REVENUE,
                sales_per_week=("150", "210", "330"),
                price=("88", "96", "110"),
                margin=("0.42", "0.50", "0.55"),
            )
        ],
        [
            "Forecast how full a sailing will be",
            "Set price bounds per route",
            "Change the price every night",
            "Explain the price to the call centre",
            "Keep the price while a customer pays",
            "Hold back space for lorries",
            "Show the price calendar",
            "Stop a price that runs away",
            "Compare with the fixed price on test routes",
            "Report revenue per lane metre",
            "Let a manager freeze a sailing's price",
            "Round prices to what sells",
        ],
    ),
    CapabilityPlan(
        "BKG",
        "Breakwater",
        "Group offers in one step",
        "Coach companies wait two days for an offer. Now they get one while they are on the page.",
        [
            source(
                ValueKind.TIME_SAVINGS,
                users=("9", "11", "12"),
                uses_per_week=("25", "34", "45"),
                minutes_saved=("18", "25", "35"),
                hourly_cost=("40", "43", "47"),
                adoption=("0.50", "0.65", "0.80"),
            ),
            source(
                ValueKind.NEW_REVENUE,
                sales_per_week=("4", "7", "12"),
                price=("1900", "2300", "2900"),
                margin=("0.18", "0.24", "0.30"),
            ),
        ],
        [
            "Ask for group size, coach length and meals",
            "Price a group from the season's table",
            "Write the offer as a document",
            "Keep the offer open for a week",
            "Accept an offer with a deposit",
            "Remind before the offer runs out",
            "Collect passenger names later",
            "Change the group's size",
            "Offer to returning coach companies first",
            "Show offers waiting for the sales desk",
        ],
    ),
    CapabilityPlan(
        "BKG",
        "Breakwater",
        "Pay by instalments",
        "Family trips over a thousand are dropped at the till twice as often as short ones.",
        [
            source(
                ValueKind.NEW_REVENUE,
                sales_per_week=("20", "38", "60"),
                price=("1050", "1240", "1500"),
                margin=("0.20", "0.26", "0.31"),
            )
        ],
        [
            "Choose a lender and sign the contract",
            "Check the customer with the lender",
            "Show the monthly amount at the till",
            "Book with a first instalment",
            "Cancel and hand back instalments",
            "Match the lender's payments every night",
            "Explain instalments in four languages",
            "Stop instalments close to departure",
            "Report losses to finance",
        ],
    ),
    CapabilityPlan(
        "BKG",
        "Lighthouse",
        "Keep card holders whose card runs out",
        "A third of season cards end because nobody says that they do.",
        [
            source(
                ValueKind.PROTECTED_REVENUE,
                revenue_at_risk=("18000", "24000", "31000"),
                share_saved=("0.15", "0.25", "0.35"),
                margin=("0.55", "0.60", "0.65"),
            )
        ],
        [
            "List cards that end in six weeks",
            "Write to the holder with one button to renew",
            "Renew with the card on file",
            "Offer the cheaper card to rare travellers",
            "Ask why someone leaves",
            "Stop writing after two letters",
            "Show renewals to the sales desk",
            "Pause a card for the winter",
        ],
    ),
    CapabilityPlan(
        "BRD",
        "Gangway",
        "Number plates read at the gate",
        "Gate staff type 11,000 plates a week. Cameras read nine of ten.",
        [
            source(
                ValueKind.TIME_SAVINGS,
                users=("22", "26", "28"),
                uses_per_week=("380", "425", "470"),
                minutes_saved=("0.8", "1.2", "1.6"),
                hourly_cost=("32", "35", "38"),
                adoption=("0.75", "0.85", "0.92"),
            )
        ],
        [
            "Mount cameras at two gates",
            "Read a plate and find its booking",
            "Open the barrier when all is well",
            "Let the guard correct a plate",
            "Read foreign plates",
            "Read plates in rain and at night",
            "Keep pictures for two days only",
            "Send lanes to vehicles by length",
            "Work on when the network is down",
            "Count what the cameras missed",
            "Train the gate staff",
        ],
    ),
    CapabilityPlan(
        "BRD",
        "Gangway",
        "Vehicle lengths checked before the quay",
        "Every week three caravans are longer than booked and lanes are loaded again.",
        [
            source(ValueKind.AVOIDED_COST, cost=("5200", "6900", "9800")),
        ],
        [
            "Ask for the length with a picture of the papers",
            "Look the length up by plate",
            "Measure with the gate's camera",
            "Charge the difference at the gate",
            "Plan lanes from measured lengths",
            "Warn the loading officer of a misfit",
            "Tell the customer before departure",
            "Learn which models are booked too short",
        ],
    ),
    CapabilityPlan(
        "BRD",
        "Breakwater",
        "Weather holds told to every driver",
        "When the harbour closes, drivers queue on the quay and ask for their money back.",
        [
            source(
                ValueKind.PROTECTED_REVENUE,
                revenue_at_risk=("9000", "14500", "22000"),
                share_saved=("0.20", "0.32", "0.45"),
                margin=("0.50", "0.56", "0.62"),
            ),
            source(ValueKind.DIRECT, value=("300", "520", "900")),
        ],
        [
            "Take the harbour master's notice",
            "Find everybody booked on the sailing",
            "Send a message in the driver's language",
            "Offer the next sailing or the money back",
            "Show the hold on the signs at the road",
            "Lift the hold and tell everybody",
            "Tell coach companies by telephone list",
            "Test the message once a month",
            "Record who was told and when",
        ],
    ),
    CapabilityPlan(
        "BRD",
        "Gangway",
        "One crew list for all ports",
        "Three ports keep three lists, and an inspector reads all of them.",
        [
            source(ValueKind.AVOIDED_COST, cost=("24000", "31000", "45000"), one_off=True),
            source(
                ValueKind.TIME_SAVINGS,
                users=("14", "16", "18"),
                uses_per_week=("7", "10", "12"),
                minutes_saved=("9", "14", "20"),
                hourly_cost=("44", "48", "52"),
                adoption=("0.80", "0.90", "0.95"),
            ),
        ],
        [
            "Take over the three lists once",
            "Change a crew before sailing",
            "Print what the inspector wants",
            "Check certificates against their dates",
            "Send the list to the port of arrival",
            "See who was aboard on a day",
            "Give ports only what they may see",
            "Retire the three old lists",
        ],
    ),
    CapabilityPlan(
        "ONB",
        "Breakwater",
        "Order meals from the cabin",
        "On night sailings the restaurant closes while half the ship is awake.",
        [
            source(
                ValueKind.NEW_REVENUE,
                sales_per_week=("420", "650", "900"),
                price=("14", "17", "20"),
                margin=("0.55", "0.62", "0.66"),
            )
        ],
        [
            "Show the menu of the night",
            "Order and pay with the cabin number",
            "Print the order in the galley",
            "Say when it is ready",
            "Deliver to cabins with reduced mobility",
            "Close the kitchen for an hour",
            "Order for breakfast the evening before",
            "Show allergens in four languages",
            "Count what is ordered and what is thrown away",
        ],
        Urgency.SHORT_LIFE,
        90,
    ),
    CapabilityPlan(
        "ONB",
        "Gangway",
        "Stock counts without paper",
        "Every shop counts on paper each night and somebody types it in the morning.",
        [
            source(
                ValueKind.TIME_SAVINGS,
                users=("18", "21", "24"),
                uses_per_week=("7", "7", "7"),
                minutes_saved=("25", "38", "50"),
                hourly_cost=("29", "31", "34"),
                adoption=("0.70", "0.85", "0.95"),
            )
        ],
        [
            "Scan shelves with the till's scanner",
            "Count while the shop is open",
            "Send counts when the ship is in port",
            "Show what is missing against sales",
            "Order what runs out",
            "Correct a count with a reason",
            "Read the old paper counts once",
        ],
    ),
    CapabilityPlan(
        "ONB",
        "Lighthouse",
        "Loyalty points at the till",
        "The sponsor wants it for the anniversary. Nobody has said yet what it earns.",
        [],
        [
            "Collect points with every purchase",
            "Pay a part with points",
            "Show points on the receipt",
            "Move points when a card is lost",
            "Close an account and its points",
            "Tell points that run out",
            "Agree on points with the partner hotels",
        ],
    ),
]

# Who wants a capability's stories, and why, by capability.
WANTED_BY = (
    ("traveller who missed a sailing", "I am on the next one without waiting in a queue of calls"),
    ("route manager", "a full sailing earns more and an empty one is not left empty"),
    ("coach company", "I can promise my guests a price while they are on the telephone"),
    ("family that books for summer", "the trip does not have to be paid at once"),
    ("card holder", "my card does not run out without my noticing"),
    ("gate guard", "I look at drivers and not at a keyboard"),
    ("loading officer", "nobody has to load a lane twice"),
    ("driver on the quay", "I know what happens and what I can do"),
    ("port captain", "an inspector reads one list, and it is right"),
    ("night passenger", "I eat when I am hungry"),
    ("shop manager", "the count is done before the morning"),
    ("regular traveller", "coming back is worth something"),
)
CRITERIA = (
    "It works on a small phone.",
    "The call centre sees the same as the customer.",
    "What fails is said in a sentence that helps.",
)

# A loose story of its own, with what it earns a week (low, likely, high) or None: not valued.
LOOSE = [
    ("BKG", "Lighthouse", "Postcodes with letters are refused at the till", "BUG", ("600", "1100", "1900")),
    ("BKG", "Lighthouse", "Receipts lack the tax number", "BUG", ("350", "500", "800")),
    ("BKG", "Breakwater", "Booking page jumps while prices load", "BUG", None),
    ("BRD", "Gangway", "Barrier opens late after a power cut", "BUG", ("900", "1500", "2600")),
    ("BRD", "Gangway", "Handheld scanners lose the network under deck", "BUG", None),
    ("ONB", "Gangway", "Till rounds Norwegian kroner wrongly", "BUG", ("120", "180", "260")),
    ("ONB", "Breakwater", "Galley printer repeats the last order", "BUG", None),
    ("BKG", "Breakwater", "Try two lenders with real applications", "SPIKE", None),
    ("BRD", "Gangway", "Try three cameras in the rain", "SPIKE", None),
    ("ONB", "Lighthouse", "Ask ten travellers about points", "SPIKE", None),
    ("BKG", "Lighthouse", "Accessibility report of the booking site", "STORY", None),
    ("BKG", "Lighthouse", "Newsletter sign-up at the end of a booking", "STORY", ("90", "240", "520")),
    ("BRD", "Breakwater", "Bigger letters on the lane screens", "STORY", ("60", "110", "210")),
    ("ONB", "Gangway", "Opening hours on the cabin screens", "STORY", ("150", "320", "610")),
    ("BKG", "Lighthouse", "Search finds ports by their old names", "STORY", None),
    ("BKG", "Breakwater", "Refund letter in the customer's language", "STORY", ("180", "260", "400")),
    ("BRD", "Gangway", "Night mode for the lane screens", "STORY", None),
    ("BRD", "Gangway", "Gate log keeps the wrong time zone", "BUG", None),
    ("BKG", "Lighthouse", "Two bookings share one confirmation number", "BUG", ("800", "1400", "2800")),
    ("ONB", "Breakwater", "Card reader times out in the fjord", "BUG", ("500", "900", "1400")),
    ("BKG", "Breakwater", "Show the terminal on a map", "STORY", None),
    ("BRD", "Breakwater", "Walk-on passengers skip the vehicle lane", "STORY", ("210", "380", "560")),
    ("ONB", "Lighthouse", "Menus for school classes", "STORY", None),
    ("BKG", "Lighthouse", "Try the new search with fifty customers", "SPIKE", None),
    ("BRD", "Gangway", "Replace the barrier's controller board", "ENABLER", None),
    ("ONB", "Gangway", "Tills restart every Sunday", "BUG", ("90", "150", "300")),
    ("BKG", "Lighthouse", "Cookie notice covers the pay button on small phones", "BUG", ("700", "1300", "2400")),
    ("BKG", "Breakwater", "Sandbox for coach companies' own systems", "STORY", None),
    ("BRD", "Breakwater", "Harbour masters see tomorrow's sailings", "STORY", None),
    ("ONB", "Breakwater", "Lost and found in one list", "STORY", ("60", "120", "240")),
    ("BRD", "Gangway", "Spare scanners report their battery", "STORY", None),
    ("BKG", "Lighthouse", "Book a pet cabin together with the cabin", "STORY", ("400", "650", "1100")),
    ("BKG", "Breakwater", "Invoices by e-mail for hauliers", "STORY", ("300", "420", "700")),
    ("ONB", "Gangway", "Shops close their tills in one step", "STORY", None),
]

# Ideas nobody wanted after all.
DROPPED = frozenset({"Newsletter sign-up at the end of a booking", "Replace the barrier's controller board"})

# Enablers: worth nothing by themselves, they unblock capabilities (by index above) that need them.
ENABLERS = [
    ("BKG", "Lighthouse", "One booking service instead of three", 8, [0, 1, 2]),
    ("BKG", "Breakwater", "Message templates in four languages", 5, [4, 7]),
    ("BKG", "Breakwater", "Ledger that takes part payments", 8, [3, 2]),
    ("BRD", "Gangway", "Event stream from the gates", 5, [5, 6]),
    ("ONB", "Gangway", "Network aboard that survives the tunnel", 8, [9, 10, 11]),
    ("BRD", "Gangway", "Single sign-on for the ports", 3, [8]),
]
