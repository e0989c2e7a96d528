"""What a client makes of what is heard: a few words, in a language that they know. No text of the kiosk is read."""

import re
from dataclasses import dataclass
from enum import Enum


class Sound(Enum):
    """Something that is understood when it is heard: in Finnish, Swedish and English."""

    GREETING = "^tervetuloa", "^tervetuloa", "^tervetuloa"
    """How this kiosk greets, in the language of its house: who does not know Finnish knows it too, from the start."""

    # Pages, by how they begin.
    WELCOME = "^tervetuloa", "^välkommen", "^welcome"
    TYPE_IDENTITY = "^kirjoita henkilötunnuksesi", "^skriv din personbeteckning", "^type your personal identity"
    TYPE_BOOKING_CODE = "^kirjoita varauksen koodi", "^skriv bokningens kod", "^type the code of your booking"
    MISTAKE = "virhe", "det finns ett fel", "mistake"
    NUMBER_TOO_SHORT = "ei ole kokonainen", "inte helt", "not complete"
    IS_THIS_YOURS = "onko tämä aikasi", "är det här din tid", "is this your appointment"
    YOUR_DAY = "käyntisi tänään", "dina besök i dag", "your visits today"
    ARRIVED = (
        r"^(olet ilmoittautunut|tulosi on kirjattu tähän laitteeseen)\.$",
        r"^(du är anmäld|din ankomst är antecknad i den här automaten)\.$",
        r"^(you are registered|your arrival is recorded on this machine)\.$",
    )
    TOLD_TO_CLINIC = "vastaanotto tietää", "mottagningen vet", "the clinic knows"
    NEXT_CARD = "^seuraavan kortti", "^nästa persons kort", "^the next person"
    PHONE_STILL_RIGHT = "onko puhelinnumerosi oikein", "stämmer ditt telefonnummer", "is your phone number right"
    TYPE_RIGHT_NUMBER = "kirjoita oikea numero", "skriv rätt nummer", "type the right number"
    WHICH_SERVICE = "mihin olet tulossa", "vad gäller ditt besök", "what have you come for"
    IN_THE_QUEUE = (
        "^(olet jonossa|numerosi on kirjattu)",
        "^(du står i kön|ditt nummer är antecknat)",
        "^(you are in the queue|your number is recorded)",
    )
    WHO_SHOULD_CALL = "mistä haluat soiton", "vem ska ringa", "who should call"
    WHO_ARE_YOU = "kuka sinä olet", "vem är du", "who are you"
    WHICH_NUMBER = "mihin numeroon", "vilket nummer", "which number"
    WE_CALL = (
        r"^(soitamme sinulle|pyyntösi on kirjattu)",
        r"^(vi ringer dig|din begäran är antecknad)",
        r"^(we will call you|your request is recorded)",
    )
    ASKED_BEFORE = "jo avoin pyyntö", "redan en öppen begäran", "already have one open request"
    UNKNOWN_CODE = "emme tunne tätä koodia", "känner inte igen koden", "not one we know"
    UNKNOWN_AGAIN = "tämäkään ei onnistunut", "lyckades inte heller", "did not work either"
    CHIP_EXPIRED = "siru ei ole enää voimassa", "chip gäller inte längre", "chip of this card is no longer"
    HELPED_AT_DESK = "autamme sinua palvelutiskillä", "vi hjälper dig vid disken", "we will help you at the desk"
    STAFF_COME = "kutsuimme henkilökunnan", "har kallat på personal", "have called staff"
    MORE_TIME = "tarvitsetko lisää aikaa", "behöver du mer tid", "do you need more time"
    NOBODY_KNOWS = "kukaan ei vielä tiedä", "ingen vet ännu", "nobody knows yet"
    ALREADY_IN = "tulosi on jo kirjattu", "redan antecknad", "already recorded"
    TOO_EARLY = "tulit hyvissä ajoin", "i god tid", "you are early"
    TOO_LATE = "aikasi alkoi jo", "har redan börjat", "has already started"
    CANCELLED = "on peruttu", "är avbokad", "was cancelled"
    MOVED = "on siirretty", "har flyttats", "was moved"
    OTHER_DAY = "toisena päivänä", "en annan dag", "another day"
    OTHER_CENTRE = "toisessa toimipaikassa", "på en annan plats", "at another centre"
    BY_PHONE = "puhelimella tai videolla", "per telefon eller video", "by phone or video"
    DESK_FIRST = "käy ensin palvelutiskillä", "gå först till disken", "go to the desk first"
    NOT_FOUND = "emme löytäneet aikaasi", "hittade inte din tid", "did not find your appointment"

    # What can be chosen, by what it is called.
    TYPE = "^kirjoita henkilötunnus", "^skriv personbeteckning", "^type your identity code"
    USE_BOOKING_CODE = "^koodi viestistä", "^kod från meddelande", "^code from a message"
    NO_BOOKING = "^ilman ajanvarausta", "^utan tidsbokning", "^no booking"
    ASK_TO_BE_CALLED = "takaisinsoitto", "återuppringning", "ask to be called"
    LABORATORY = "^laboratorio", "^laboratoriet", "^laboratory"
    DENTAL_CLINIC = "^hammashoitola", "^tandklinik", "^dental clinic"
    READY = r"^valmis\.$", r"^klar\.$", r"^done\.$"
    ERASE = "^pyyhi", "^radera", "^erase"
    BACK = "^takaisin", "^tillbaka", r"^back\."
    YES_CHECK_ME_IN = "^kyllä, ilmoittaudu", "^ja, anmäl mig", "^yes, check me in"
    NOT_MINE = "^ei, tämä ei ole minun", "^nej, det här är inte min", "^no, this is not mine"
    FINISH = r"^selvä", r"^klart", r"^ok, finish"
    ANOTHER_PERSON = "toinenkin henkilö", "en person till", "another person"
    NO_ONE_ELSE = "^ei muita", "^inga fler", "^no one else"
    CHECK_PHONE = "^tarkista puhelinnumerosi", "^kontrollera ditt nummer", "^check your phone"
    STILL_RIGHT = "numero on oikein", "numret stämmer", "yes, it is right"
    CHANGE_NUMBER = "korjaa numero", "ändra numret", "change it"
    GO_ON = "^(jatka tästä|kyllä, jatka)", "^(fortsätt här|ja, fortsätt)", "^(go on here|yes, go on)"
    STOP = "^ei, lopeta", "^nej, avsluta", "^no, stop"
    TO_START = r"^alkuun", r"^till början", r"^back to start"
    LARGER = "^suurempi", "^större", "^larger"
    OWN_LANGUAGE = "^suomi", "^svenska", "^english"

    # What is told on a page, or of a key.
    NUMBER = r"^numerosi\. ([a-z]), ([\d ]+)", r"^ditt nummer\. ([a-z]), ([\d ]+)", r"^your number\. ([a-z]), ([\d ]+)"
    WAIT_HERE = "odota täällä", "vänta här", "wait here"
    TAKE_TICKET = "ota numerolappu", "ta nummerlappen", "take your ticket"
    SWITCHED_ON = "valittu", "valt", r"\bon\."
    ONLY_ON_HEADPHONES = "vain kuulokkeista", "bara i hörlurar", "only on headphones"
    NO_WAY_BACK = "ei pääse takaisin", "inte gå tillbaka", "can't go back"
    DASH = r"^viiva\b", r"^streck\b", r"^dash\b"
    PLUS = r"^plus\b", r"^plus\b", r"^plus\b"


LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True)
class Ears:
    """Ears that know one language."""

    language: str

    def hear(self, sound: Sound, words: str) -> re.Match[str] | None:
        """Whether that is what was said."""
        return re.search(sound.value[LANGUAGES.index(self.language)], words.lower())

    def is_character(self, character: str, words: str) -> bool:
        """Whether a key, or the echo of one, is this character."""
        named = {"-": Sound.DASH, "+": Sound.PLUS}.get(character)
        if named is not None:
            return self.hear(named, words) is not None
        return words.strip(" .").upper() == character
