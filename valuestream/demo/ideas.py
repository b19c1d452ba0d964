"""What the ferry company might build next: capabilities that are ideas, the enablers they need, and who asks for them.

They stand in the backlog in the order in which somebody thought of them, which is not the order that earns most.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Idea:
    """A capability nobody has begun: what it may earn a week (low, likely, high; None: nobody has said), its stories.

    A story is its title and its points. `needs`: titles of stories elsewhere that its first story waits for.
    `deadline_week`: worth it only when live by then.
    """

    application: str
    team: str
    title: str
    earns: tuple[str, str, str] | None
    stories: tuple[tuple[str, int], ...]
    needs: tuple[str, ...] = ()
    deadline_week: int | None = None


ENABLERS_TO_COME = (
    ("BKG", "Lighthouse", "One price engine for every channel", 13),
    ("BRD", "Gangway", "Positions of vehicles as events", 8),
    ("ONB", "Gangway", "One customer record ashore and aboard", 13),
)
PRICES, POSITIONS, CUSTOMER = (title for _, _, title, _ in ENABLERS_TO_COME)

IDEAS = (
    Idea(
        "BKG",
        "Lighthouse",
        "New colours for the booking site",
        ("100", "260", "700"),
        (("Agree on a palette", 3), ("Restyle the search", 8), ("Restyle the payment", 8), ("Restyle the mails", 5)),
    ),
    Idea(
        "ONB",
        "Gangway",
        "Photo wall in the cafeteria",
        ("40", "120", "300"),
        (("Take a photo at the counter", 5), ("Show photos on the wall", 5), ("Remove a photo on request", 2)),
    ),
    Idea(
        "BRD",
        "Breakwater",
        "Paperless dangerous goods",
        ("5200", "7800", "11500"),
        (
            ("Declare goods with the booking", 8),
            ("Check classes that may not meet", 8),
            ("Hand the list to the bridge", 5),
            ("Keep declarations for two years", 3),
        ),
        needs=(POSITIONS,),
    ),
    Idea(
        "BKG",
        "Breakwater",
        "Season tickets for commuters",
        ("3100", "4400", "6900"),
        (("Sell a season ticket", 8), ("Board with it", 5), ("Renew it before it ends", 3), ("Share it at home", 5)),
        needs=(CUSTOMER,),
    ),
    Idea(
        "BKG",
        "Lighthouse",
        "Fares that fill empty sailings",
        ("9800", "14200", "21000"),
        (("Forecast empty lanes", 8), ("Offer a late fare", 5), ("Tell those who watch a sailing", 5)),
        needs=(PRICES,),
    ),
    Idea(
        "BRD",
        "Gangway",
        "Trailers without drivers",
        ("6400", "9100", "13200"),
        (
            ("Book a trailer alone", 5),
            ("Hand it over at the gate", 8),
            ("Find it on the quay", 5),
            ("Bill the wait", 3),
        ),
        needs=(POSITIONS,),
    ),
    Idea(
        "ONB",
        "Breakwater",
        "Allergens on every menu",
        ("900", "1500", "2300"),
        (("Keep allergens with each dish", 3), ("Show them on the screens", 2)),
        deadline_week=16,
    ),
    Idea(
        "BKG",
        "Breakwater",
        "Corporate travel in one account",
        ("4200", "6600", "10400"),
        (
            ("Let a company invite travellers", 5),
            ("Book for a colleague", 5),
            ("One invoice a month", 8),
            ("Limits by department", 5),
            ("Report of trips", 3),
        ),
        needs=(CUSTOMER, PRICES),
    ),
    Idea(
        "ONB",
        "Lighthouse",
        "Upgrade to a cabin after boarding",
        ("2600", "3900", "5800"),
        (("Show free cabins aboard", 3), ("Pay at the screen", 3), ("Open the door with the ticket", 5)),
        needs=(CUSTOMER,),
    ),
    Idea(
        "BRD",
        "Gangway",
        "Lane plan drawn by the ship",
        ("1400", "2900", "6200"),
        (("Draw decks to scale", 8), ("Place vehicles by weight", 13), ("Replan when one is late", 8)),
        needs=(POSITIONS,),
    ),
    Idea(
        "BKG",
        "Lighthouse",
        "Refunds within a day",
        ("3300", "4700", "6100"),
        (("Refund to the card by itself", 5), ("Say when the money comes", 2)),
    ),
    Idea(
        "ONB",
        "Gangway",
        "Self-service tills",
        ("2200", "3600", "5900"),
        (("Scan and pay alone", 8), ("Check ages from afar", 5), ("Print or mail the receipt", 2)),
        needs=(CUSTOMER,),
    ),
    Idea(
        "BRD",
        "Breakwater",
        "Port fees settled by themselves",
        ("1900", "2500", "3300"),
        (("Read the ports' tariffs", 5), ("Match calls with invoices", 5), ("Dispute what differs", 3)),
    ),
    Idea(
        "BKG",
        "Breakwater",
        "Chat that knows the booking",
        None,
        (("Find the booking in a chat", 5), ("Hand over to a person", 3), ("Answer in four languages", 8)),
        needs=(CUSTOMER,),
    ),
    Idea(
        "BKG",
        "Lighthouse",
        "Bicycles and kayaks at a click",
        ("700", "1100", "1600"),
        (("Add a bicycle to a booking", 2), ("Show where it goes", 1)),
    ),
    Idea(
        "ONB",
        "Breakwater",
        "Wi-Fi passes by the hour",
        ("1700", "2950", "4300"),
        (("Sell a pass aboard", 3), ("Limit speed by pass", 5)),
    ),
)

# Who wishes for what: title, sponsor's votes, developers' votes. The loudest wishes are not the dearest.
VOTES = (
    ("New colours for the booking site", (5, 5, 4), (1,)),
    ("Photo wall in the cafeteria", (4, 3), (5, 4, 4)),
    ("Lane plan drawn by the ship", (3,), (5, 5, 5)),
    ("Fares that fill empty sailings", (4, 2), (2,)),
    ("Corporate travel in one account", (5, 3), (1,)),
    ("Self-service tills", (3, 2), (4, 3)),
    ("Paperless dangerous goods", (2,), (1,)),
    ("Season tickets for commuters", (3, 3), (2, 1)),
    ("Chat that knows the booking", (5,), (5, 3)),
    ("Order meals from the cabin", (4,), (3, 3)),
)

# What customers said: text, customer, weight, and the capability that answers it (None: still to be vetted).
FEEDBACK = (
    ("I wait three weeks for my money when a sailing is cancelled.", "Anna B.", "1", "Refunds within a day"),
    ("Refunds take longer than the holiday.", "Club of campers", "8", "Refunds within a day"),
    ("We pay twelve invoices a month for the same trips.", "Nordlake Foods", "20", "Corporate travel in one account"),
    ("Can our dispatcher book for the drivers?", "Haugen Transport", "15", "Corporate travel in one account"),
    ("Why must a driver come along with every trailer?", "Haugen Transport", "15", "Trailers without drivers"),
    (
        "Every day aboard, and every day the same queue.",
        "Commuters of Vik",
        "12",
        "Season tickets for commuters",
    ),
    (
        "My daughter is allergic; nobody knew what is in the soup.",
        "Lise M.",
        "1",
        "Allergens on every menu",
    ),
    ("The queue at the till is longer than the crossing.", "", "1", "Self-service tills"),
    ("Bring the kayaks back!", "Paddlers' union", "3", "Bicycles and kayaks at a click"),
    (
        "A cabin was free and nobody could sell it to me.",
        "Jon T.",
        "1",
        "Upgrade to a cabin after boarding",
    ),
    ("Your paper forms for batteries fill a folder a week.", "Volt Logistics", "10", "Paperless dangerous goods"),
    ("The new timetable is hard to read on my phone.", "Eva S.", "1", None),
    ("Could I watch the whales from a marked place on deck?", "Class 6b", "2", None),
    ("I would pay to board last and leave first.", "Haugen Transport", "15", None),
)

# Relative scores as a planning round gave them: value, urgency, risk and size (WSJF); reach, impact, confidence
# and effort (RICE).
SCORES = (
    ("New colours for the booking site", ("8", "5", "1", "3"), ("9000", "0.5", "0.8", "2")),
    ("Photo wall in the cafeteria", ("3", "2", "1", "2"), ("2000", "0.25", "0.5", "1.5")),
    ("Paperless dangerous goods", ("8", "5", "8", "8"), ("300", "3", "0.8", "3")),
    ("Season tickets for commuters", ("8", "3", "2", "5"), ("1200", "2", "0.8", "2.5")),
    ("Fares that fill empty sailings", ("13", "5", "3", "8"), ("6000", "1", "0.5", "3")),
    ("Trailers without drivers", ("8", "3", "5", "8"), ("250", "3", "0.8", "3")),
    ("Allergens on every menu", ("5", "13", "8", "2"), ("4000", "1", "1", "0.5")),
    ("Corporate travel in one account", ("13", "3", "3", "8"), ("400", "2", "0.8", "4")),
    ("Upgrade to a cabin after boarding", ("5", "2", "1", "3"), ("1500", "1", "0.8", "1.5")),
    ("Lane plan drawn by the ship", ("8", "3", "8", "13"), ("150", "2", "0.5", "5")),
    ("Refunds within a day", ("8", "8", "3", "2"), ("2500", "1", "1", "1")),
    ("Self-service tills", ("5", "3", "2", "5"), ("5000", "0.5", "0.8", "2")),
    ("Port fees settled by themselves", ("3", "2", "2", "3"), ("40", "2", "1", "2")),
    ("Bicycles and kayaks at a click", ("3", "3", "1", "1"), ("800", "0.5", "1", "0.5")),
    ("Wi-Fi passes by the hour", ("3", "2", "1", "2"), ("3000", "0.5", "0.8", "1")),
    ("Order meals from the cabin", ("8", "5", "1", "8"), ("3500", "1", "0.5", "3")),
    ("Weather holds told to every driver", ("5", "8", "5", "5"), ("2000", "1", "0.8", "2")),
    ("Loyalty points at the till", ("8", "2", "1", "5"), ("6000", "0.5", "0.5", "3")),
)

# What people hold in its place: title, place, weeks until the pin ends, and why.
PINS = (
    ("Allergens on every menu", 5, 16, "The law on labels is in force in spring; we want a month to spare"),
    ("Season tickets for commuters", 3, 6, "Promised to the county council for the January meeting"),
)
