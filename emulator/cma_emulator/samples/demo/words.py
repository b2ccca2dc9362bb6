"""Texts of the demo account, in the order of `LANGUAGES`."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from faker import Faker

from ...account.maker import POOL, Maker

LANGUAGES = ("en-US", "de-DE", "fr-FR", "es-ES")
NAMES = {
    "en-US": "English (United States)",
    "de-DE": "German (Germany)",
    "fr-FR": "French (France)",
    "es-ES": "Spanish (Spain)",
    "nl-NL": "Dutch (Netherlands)",
}

MODELS = (
    *("Alva", "Brio", "Cedra", "Dorn", "Elba", "Fjell", "Gala", "Havn", "Iris", "Juno"),
    *("Kalo", "Linna", "Mira", "Nord", "Oslo", "Petra", "Quill", "Runa", "Sola", "Tyra"),
)
FURNITURE = (
    ("sofa", "Sofa", "canapé", "sofá"),
    ("armchair", "Sessel", "fauteuil", "sillón"),
    ("dining table", "Esstisch", "table à manger", "mesa de comedor"),
    ("desk", "Schreibtisch", "bureau", "escritorio"),
    ("bed", "Bett", "lit", "cama"),
    ("wardrobe", "Kleiderschrank", "armoire", "armario"),
    ("shelf", "Regal", "étagère", "estantería"),
    ("floor lamp", "Stehlampe", "lampadaire", "lámpara de pie"),
    ("rug", "Teppich", "tapis", "alfombra"),
    ("bench", "Bank", "banc", "banco"),
)
FINISHES = (
    ("moss green", "moosgrün", "vert mousse", "verde musgo"),
    ("oak", "Eiche", "chêne", "roble"),
    ("walnut", "Nussbaum", "noyer", "nogal"),
    ("graphite", "graphit", "graphite", "grafito"),
    ("sand", "sandfarben", "sable", "arena"),
    ("terracotta", "terrakotta", "terre cuite", "terracota"),
)
ROOMS = (
    ("the living room", "das Wohnzimmer", "le salon", "el salón"),
    ("the bedroom", "das Schlafzimmer", "la chambre", "el dormitorio"),
    ("the kitchen", "die Küche", "la cuisine", "la cocina"),
    ("the home office", "das Arbeitszimmer", "le bureau à la maison", "el despacho en casa"),
    ("small flats", "kleine Wohnungen", "les petits appartements", "pisos pequeños"),
    ("the hallway", "den Flur", "l'entrée", "el recibidor"),
    ("children's rooms", "Kinderzimmer", "les chambres d'enfant", "habitaciones infantiles"),
    ("the balcony", "den Balkon", "le balcon", "el balcón"),
)
HEADLINES = (
    ("Ten ideas for {}", "Zehn Ideen für {}", "Dix idées pour {}", "Diez ideas para {}"),
    ("Light for {}", "Licht für {}", "La lumière pour {}", "Luz para {}"),
    ("Storage for {}", "Stauraum für {}", "Des rangements pour {}", "Orden para {}"),
    ("Colours for {}", "Farben für {}", "Des couleurs pour {}", "Colores para {}"),
    ("New this season: {}", "Neu für {}", "Nouveau pour {}", "Novedades para {}"),
    ("Our favourites for {}", "Lieblinge für {}", "Nos favoris pour {}", "Favoritos para {}"),
)
QUESTIONS = (
    ("How do I assemble", "Wie baue ich es auf:", "Comment monter :", "Cómo montar:"),
    ("How do I clean", "Wie reinige ich:", "Comment nettoyer :", "Cómo limpiar:"),
    ("Can I return", "Kann ich zurückgeben:", "Puis-je rendre :", "Puedo devolver:"),
    ("When will you deliver", "Wann kommt:", "Quand arrive :", "Cuándo llega:"),
    ("Where is the warranty of", "Garantie für:", "La garantie :", "La garantía:"),
)
TOPICS = (
    ("Sofas", "Sofas", "Canapés", "Sofás"),
    ("Tables", "Tische", "Tables", "Mesas"),
    ("Beds", "Betten", "Lits", "Camas"),
    ("Storage", "Aufbewahrung", "Rangement", "Almacenaje"),
    ("Lighting", "Leuchten", "Luminaires", "Iluminación"),
    ("Textiles", "Textilien", "Textiles", "Textiles"),
    ("Outdoor", "Garten", "Jardin", "Jardín"),
    ("Office", "Büro", "Bureau", "Oficina"),
    ("Kids", "Kinder", "Enfants", "Niños"),
)
CITIES = (
    *(("Berlin", 52.52, 13.40), ("Hamburg", 53.55, 9.99), ("Munich", 48.14, 11.58)),
    *(("Paris", 48.86, 2.35), ("Lyon", 45.76, 4.84), ("Madrid", 40.42, -3.70)),
    *(("London", 51.51, -0.13), ("New York", 40.71, -74.01), ("Chicago", 41.88, -87.63)),
)


def product_name(number: int, language: int) -> str:
    """Return the name of a product."""
    kind = FURNITURE[number // len(MODELS) % len(FURNITURE)][language]
    finish = FINISHES[number // 7 % len(FINISHES)][language]
    return f"{MODELS[number % len(MODELS)]} {kind}, {finish}"


def headline(number: int, language: int) -> str:
    """Return the title of an article or a page."""
    room = ROOMS[number // len(HEADLINES) % len(ROOMS)][language]
    return HEADLINES[number % len(HEADLINES)][language].format(room)


def question(number: int, language: int) -> str:
    """Return a question of a customer."""
    start = QUESTIONS[number // len(MODELS) % len(QUESTIONS)][language]
    kind = FURNITURE[number // 3 % len(FURNITURE)][language]
    return f"{start} {MODELS[number % len(MODELS)]} ({kind})?"


def topic(number: int, language: int) -> str:
    """Return the name of a category."""
    name = TOPICS[number % len(TOPICS)][language]
    return name if number < len(TOPICS) else f"{name} {number // len(TOPICS) + 1}"


def slug(text: str, number: int) -> str:
    """Return a slug made from a title and a number."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return f"{re.sub('[^a-z0-9]+', '-', plain).strip('-')}-{number}"


def sentences(maker: Maker, language: int) -> tuple[str, ...]:
    """Return sentences to draw from."""
    return _sentences(maker.settings.seed, language)


@lru_cache(maxsize=64)
def _sentences(seed: int, language: int) -> tuple[str, ...]:
    faker = Faker(LANGUAGES[language].replace("-", "_"))
    faker.seed_instance(seed)
    return tuple(faker.sentence(nb_words=16) for _ in range(POOL))
