"""Real names for made-up inputs: ``grader.suite.fresh`` draws from them, and adds a number that nobody can guess.

Each list has at least 60. What learners read in a failure should look like the data of a program, not like noise.
"""

from __future__ import annotations

from typing import Final


def _listed(names: str) -> tuple[str, ...]:
    return tuple(names.split())


FOUR_LETTERS: Final = _listed(
    """
    aden agra apia baku bari bath bern biel bodo bonn brno caen cali chur como cork doha elda enns faro gent gera
    giza graz homs jaen jena kiel kobe kyiv leon lier lima linz lome lugo lyon metz mons moss nara nice oran oslo
    otsu oulu pisa pori pula pune reno reus riga rome sion suva thun umea vasa vigo waco wels york
    """
)
"""Towns whose names have four letters."""

TOWNS: Final = _listed(
    """
    Aarhus Accra Adelaide Aleppo Almaty Ankara Antwerp Asmara Athens Bamako Bergen Bilbao Bogota Bordeaux Brisbane
    Cardiff Casablanca Chennai Cordoba Cusco Dakar Dhaka Dresden Durban Edmonton Florence Galway Geneva Genoa Grenoble
    Hamburg Hanoi Havana Helsinki Izmir Jakarta Kampala Kraków Kumasi Lahore Leipzig Lisbon Ljubljana Luanda Malmö
    Manila Maputo Marseille Medellin Mombasa Montreal Nairobi Nagoya Naples Odesa Osaka Ottawa Palermo Porto Quito
    Recife Rosario Salta Sapporo Seville Sofia Tampere Tbilisi Tirana Toronto Tunis Utrecht Valencia Vilnius Yerevan
    """
)

FIRST_NAMES: Final = _listed(
    """
    Aaron Aisha Alma Amara Amina Anders Anjali Anton Beatriz Bilal Carmen Chidi Clara Daniela Dewi Dmitri Edith Elena
    Emeka Esther Farid Fatima Felix Gabriela Greta Hamza Hana Hiroshi Hugo Ingrid Irene Ismail Ivan Jamal Jelena Joana
    Jonas Julia Kaito Karim Katya Kofi Laila Lars Leila Lucia Luis Malik Maria Mateo Mei Milan Nadia Naomi Noor Olga
    Omar Oscar Paolo Pedro Priya Ravi Rosa Samir Sanna Sofia Tariq Teresa Thandi Tomas Uma Vera Wanda Yara Yusuf Zoe
    """
)

DISHES: Final = _listed(
    """
    bibimbap borscht bouillabaisse bruschetta burek caponata carbonara ceviche chilaquiles chowder churros congee
    couscous crumble curry dal dolma dumplings empanadas enchiladas falafel feijoada fondue frittata gazpacho gnocchi
    goulash gumbo gyoza hummus injera jambalaya kedgeree kimchi laksa lasagne minestrone moussaka mujaddara okonomiyaki
    omelette paella pelmeni pho pierogi pilaf pizza polenta ramen ratatouille ravioli risotto rösti samosas shakshuka
    soba spanakopita stroganoff tabbouleh tagine tamales tempura tiramisu tortilla udon waffles
    """
)

THINGS: Final = _listed(
    """
    anchor apron atlas banjo barrel basket bell blanket bottle bucket camera candle carpet chair clock comb compass
    cradle curtain drum easel envelope fiddle flag flute hammer hammock helmet jacket kettle ladder lamp lantern lens
    locket lute magnet mirror mug needle notebook oar paddle parasol pencil piano pillow pitcher plough puppet quilt
    rudder saddle scarf shovel sledge spindle stool suitcase telescope tent thimble trumpet umbrella vase violin
    wardrobe whistle
    """
)
