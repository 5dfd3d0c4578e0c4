"""What simulated young people write: plain sentences, each of them invented.

Nothing here was said by a real person, and nothing here may point to one.
"""

COMMENTS: dict[str, tuple[str, ...]] = {
    "en": (
        "She actually listens to me. That helps a lot.",
        "He texts back when he says he will.",
        "I wish we could meet somewhere that is not the office.",
        "Nobody told me why my plan got changed.",
        "My PO came to my graduation and that meant a lot to my mom and me.",
        "Too many different people, I have to tell my story over and over.",
        "It's ok I guess.",
        "I asked for a tutor three months ago and I am still waiting.",
        "I like that she asks what I want first.",
        "please stop calling during school",
        "I want to see my little brother more. Can somebody help with that?",
        "He uses my right name, even in court. Thank you.",
        "The bus takes two hours, so I miss stuff and then I get in trouble for it.",
        "Nothing to add, she is great",
        "I feel like everything I say gets written down somewhere.",
        "My team celebrates small things with me, like when I finished my credits.",
        "I would like a counselor who speaks my language.",
        "They said they would find me a job program. Did not happen yet.",
        "When I was in a bad place she stayed on the phone with me.",
        "I don't know who to call on weekends.",
        "Let us pick the activities sometimes!",
        "Probation is probation but my officer is fair.",
        "My family needs rides to the meetings.",
        "More art and music, less talking.",
        "He apologized when he forgot our meeting. Adults never do that 😊",
        "idk",
        "You should ask us these things more often.",
        "I'd like to know what happens with this survey after.",
    ),
    "es": (
        "Ella sí me escucha y eso me ayuda mucho.",
        "Quisiera que alguien le explicara todo a mi mamá en español.",
        "Cambian de persona muy seguido y tengo que empezar otra vez.",
        "Mi oficial cumple lo que dice. Gracias.",
        "No sé a quién llamar cuando tengo un problema en la noche.",
        "Pedí clases de inglés y todavía estoy esperando.",
        "Me gusta que me pregunten qué quiero yo.",
        "Las citas son muy lejos y el camión tarda mucho.",
        "Todo bien por ahora.",
        "Celebraron conmigo cuando pasé mis exámenes 🎉",
        "A veces siento que ya decidieron antes de preguntarme.",
        "Quiero más actividades de deportes y de música.",
    ),
}

WRITE_INS: dict[str, tuple[str, ...]] = {
    "en": ("my coach", "my older sister", "a teacher", "my grandma", "my best friend", "people at church"),
    "es": ("mi abuela", "mi entrenador", "una maestra", "mi hermana mayor"),
}

FIRST_NAMES = ("Ari", "Bex", "Cleo", "Dani", "Emi", "Fern", "Gael", "Indigo", "Juno", "Kai", "Lux", "Marisol")
LAST_NAMES = ("Ejemplo", "Sample", "Invented", "Muestra", "Nobody", "Placeholder")

REQUESTS: dict[str, tuple[str, ...]] = {
    "en": (
        "Text me, please don't call.",
        "After school is best.",
        "I have a question about my plan.",
        "I need a bus pass to get to my classes.",
        "My phone is shared with my cousin, so just say it's a friend.",
        "I'd like to change the group I go to. Can someone explain how?",
        "nothing bad, I just want to talk to someone who listens",
    ),
    "es": (
        "Por favor mándenme un mensaje.",
        "Mejor después de la escuela.",
        "Tengo una pregunta sobre mi plan.",
        "Necesito ayuda para llegar a mis clases.",
    ),
}

KEEP_OUT: dict[str, tuple[str, ...]] = {
    "en": ("my probation officer", "Mr. Placeholder", "the people at my group home"),
    "es": ("mi oficial de probatoria", "la Sra. Muestra"),
}
