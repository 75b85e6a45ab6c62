"""Words by which a page's furniture gives itself away, in the larger European languages.

Only what sites in general say, never the name of one of them.
"""

import re


def _any(*alternatives: str) -> str:
    return "(?:" + "|".join(alternatives) + ")"


FUNCTION_WORDS = {
    # The commonest words without content of their own; prose is full of them, lists of links are not
    # (stop-word density: Pomikálek, "Removing Boilerplate and Duplicate Content from Web Corpora", 2011, jusText).
    language: frozenset(words.split())
    for language, words in {
        "en": "a about after all also an and are as at be been but by can could for from had has have he her "
        "his how i if in into is it its more not of on or our said she so than that the their them there "
        "these they this to was we were what when which who will with would you your",
        "fr": "au aux avec ce ces cette dans de des du elle en est et il ils la le les leur lui mais ne nous on "
        "ont ou par pas plus pour qu que qui sa se ses son sont sur un une vous été",
        "de": "aber als am an auch auf aus bei bis das dass dem den der des die dies diese ein eine einem einen "
        "einer er es für haben hat ich im ist mit nach nicht noch nur oder sein sich sie sind um und uns "
        "vom von vor war wenn werden wie wir wird zu zum zur über",
        "nl": "aan bij dat de deze die dit door een en er heeft het hij hun ik is maar met na naar niet nog of "
        "om onder ook op over te ten tot uit van voor waar was wat we werd worden wordt ze zich zijn zo",
        "es": "al como con cuando del desde donde el ella en entre era es esta este fue ha han hasta la las lo "
        "los muy más no o para pero por que se sin sobre son su sus también un una y ya",
        "it": "alla alle anche che ci come con da dal dalla dei del della delle di e ed gli ha hanno i il in la "
        "le lo ma nel nella non per più quando questa questo se si sono su sul un una uno",
        "pt": "ao aos as até com como da das do dos e ela ele em entre foi isso mais mas na nas no nos não o os "
        "ou para pela pelo por que se sem ser seu sua são também um uma à",
        "sv": "att av blev den det en ett från för har inte jag kan med men och om på sig som så till var vi är",
        "da": "af at blev da de den det en er et for fra har ikke jeg kan med men og om på som så til var vi",
        "ru": "а без бы был была были было в во вы для до его ее если же за и из или их к как когда которые "
        "который мы на не но о об он она они от по при с со также то только у что это я",
        "pl": "a ale być co czy dla do i ich jak jego jest już ma na nie o od oraz po pod przez się są tak to "
        "tym w z za że",
    }.items()
}
ANY_FUNCTION_WORD = frozenset().union(*FUNCTION_WORDS.values())

# A short line that says this, and nothing but this, opens something that is not the article.
CLOSING_LINE = re.compile(
    r"[\W_]*"
    + _any(
        # other articles
        (
            r"(?:more|other|further|latest|recent|related|recommended|similar|popular|top|trending|featured|breaking|"
            r"today'?s|editor['’]?s?|must|our|all|don['’]t)\s(?:\w+\s){0,2}(?:articles?|stories|story|news|posts?|"
            r"content|reading|links?|headlines?|picks?|choice|videos?|reads?|coverage|topics?|items?|miss)"
        ),
        r"more (?:on|from|in|about|by|for|like|top)\b.{0,50}",
        r"(?:other|more|latest) (?:news|articles|stories) (?:in|from|on|about)\b.{0,30}",
        r"(?:most|mostly) (?:read|popular|viewed|shared|commented|recent|watched|discussed)\b.{0,20}",
        r"(?:read|see|watch|up|what to read|next)\s(?:next|also|more)\b.{0,20}",
        r"you (?:may|might|could|will|['’]?ll) (?:also )?(?:like|love|enjoy|be interested).{0,20}",
        r"(?:recommended|suggested|picked|stories|selected) for you",
        r"related|trending(?: now)?|recommended|popular|see also|also read|must read|further reading",
        r"what['’]s (?:new|hot)",
        r"(?:from )?(?:around|across|elsewhere on) the (?:web|site|internet)|from the web",
        r"(?:from )?our (?:partners|sponsors)",
        r"(?:promoted|sponsored|paid)(?: (?:stories|content|links|posts?|by.{0,20}))?",
        r"previous (?:article|post|story)|next (?:article|post|story)|events|upcoming(?: events)?",
        # readers
        r"(?:\d+\s)?comments?(?:\s\(?\d+\)?)?",
        (
            r"(?:view|show|read|see|add|load|hide|leave|post|write|all|no)\s(?:a\s|your\s|all\s|"
            r"the\s)?(?:\d+\s)?(?:comments?|repl(?:y|ies)|responses?)(?: yet)?(?:\s\(?\d+\)?)?"
        ),
        r"(?:\d+ )?(?:responses|replies|thoughts) (?:to|on)\b.{0,200}",
        r"join the (?:conversation|discussion)|what do you think\??|reader (?:comments|interactions)|discussion",
        r"cancel reply|discuss this.{0,20}",
        # the site
        r"(?:about|sobre|über|over|à propos de) (?-i:(?:[A-ZÀ-Þ][\w.’'-]*\s?){1,4})",
        r"about (?:the )?(?:author|us|this site|writer)|author(?: bio)?|contact(?: us)?|follow(?: us\b.{0,30})?",
        r"share(?: this\b.{0,30})?",
        r"(?:sign|subscribe|register)(?: up)?(?: (?:to|for)\b.{0,40})?",
        r"(?:our )?(?:free )?(?:daily |weekly )?newsletters?(?: sign ?-?up)?",
        r"(?:article |related )?(?:tags|topics|categories|keywords)|filed under",
        r"stay (?:up[ -]to[ -]date|connected|informed|in touch)",
        r"get (?:the|our) .{0,20}newsletter.{0,20}|site ?map|advertis(?:e|ing)(?: with us)?|privacy overview",
        # French
        r"(?:à |a )?lire (?:aussi|également|ensuite).{0,20}|(?:les )?(?:articles? )?(?:les )?plus lus",
        r"articles? (?:liés|similaires|associés|récents)",
        r"sur le même (?:sujet|thème)|(?:\d+ )?(?:commentaires?|réactions?)|laisser un commentaire",
        r"à propos de l['’]auteur|partagez?(?: cet article)?",
        r"(?:abonnez|inscrivez)-vous.{0,40}|dans la même (?:rubrique|catégorie)|vous aimerez aussi",
        r"à découvrir.{0,20}",
        # German
        r"mehr (?:zum thema|aus|von|artikel|zu)\b.{0,30}|meist ?gelesen.{0,20}|am meisten gelesen",
        r"das könnte (?:sie|dich) (?:auch )?interessieren",
        r"lesen sie (?:auch|mehr|weiter).{0,30}",
        r"(?:ähnliche|verwandte|weitere|neueste) (?:artikel|themen|beiträge|meldungen|nachrichten)",
        r"(?:\d+ )?kommentare?|kommentar (?:schreiben|hinterlassen)|(?:artikel )?teilen|schlagwörter|themen",
        r"zum thema|über (?:den|die) autor(?:in)?",
        # Dutch
        r"lees (?:ook|meer|verder).{0,20}|meest gelezen|meer (?:over|van|uit|nieuws)\b.{0,30}",
        r"(?:gerelateerde?|aanbevolen|laatste|ander) (?:artikelen|nieuws|berichten)",
        r"(?:\d+ )?reacties?|(?:geef|plaats|laat) een reactie.{0,20}|deel dit (?:artikel|bericht)",
        r"schrijf (?:je|u) in.{0,40}|gerelateerd",
        # Spanish, Italian, Portuguese
        r"(?:te|le) puede interesar|(?:lo|las|los) más (?:leído|leídas|leídos|visto).{0,20}",
        r"(?:noticias|artículos) relacionad[oa]s|(?:lea|lee) también",
        r"(?:\d+ )?comentarios?|deja (?:un comentario|una respuesta)|compartir|temas",
        r"más (?:noticias|sobre|en)\b.{0,30}|suscríbe(?:te|se).{0,40}",
        r"leggi anche.{0,20}|(?:ti )?potrebbe(?:ro)? interessar(?:ti|e)(?: anche)?|i più letti",
        r"articoli (?:correlati|recenti)|(?:\d+ )?commenti",
        r"lascia un commento|condividi|argomenti|iscriviti.{0,40}|leia (?:também|mais).{0,20}|mais lid[oa]s",
        r"(?:notícias|artigos) relacionad[oa]s",
        r"(?:\d+ )?comentários?|deixe (?:um comentário|uma resposta)|compartilh[ae]r?|assine.{0,40}",
    )
    + r"[\W_]*",
    re.IGNORECASE,
)

# Words that are in the names of papers, sites and desks, and hardly in those of people.
PAPER_NAME = re.compile(
    r"\b"
    + _any(
        r"observer|news|times|post|weekly|daily|monthly|journal|gazette|herald|tribune|ledger|examiner|chronicle|courier",
        r"magazine|review|report(?:er)?|press|media|today|bulletin|monitor|mirror|telegraph|standard|sentinel|inquirer",
        r"independent|globe|star|sun|mail|express|wire|digest|insider|briefing|dispatch|echo|argus|register|record|world",
        r"business|trade|retail(?:er)?|grocer(?:y)?|fashion|food|market(?:s|ing)?|commerce|industry|finance|shop(?:per)?",
        r"editor(?:s|ial)?|staff|desk|team|newsroom|redaktion|rédaction|redactie|redacción|redazione|agency|online|blog",
        r"zeitung|nachrichten|anzeiger|tagblatt|kurier|krant|nieuws|dagblad|journaal|diario|noticias|giornale|corriere",
        r"gazet(?:te|a|zetta)|monde|presse|jornal|notícias|tidende|tidning|avisen|wirtschaft|handel",
    )
    + r"\b",
    re.IGNORECASE,
)

# A whole line of a page's controls: it says nothing about the news, wherever it stands.
CONTROL_LINE = re.compile(
    r"[\W_]*"
    + _any(
        (
            r"(?:share|save|print|email|e-mail|tweet|pin|like|copy|listen|comment|gift|bookmark|whatsapp|messenger|"
            r"reddit|linkedin|facebook|twitter|instagram|pinterest|flipboard|telegram|x|link|text|article|this|story|"
            r"on|via|to|by|in|the|with|close|menu|search|open|click|here|copied|url|font|size|a|resize|toggle|button|"
            r"pocket|tumblr|youtube|rss|google|mail|message)(?:[\W_]+(?:share|save|print|email|e-mail|tweet|pin|like|"
            r"copy|listen|comment|gift|bookmark|whatsapp|messenger|reddit|linkedin|facebook|twitter|instagram|"
            r"pinterest|flipboard|telegram|x|link|text|article|this|story|on|via|to|by|in|the|with|close|menu|search|"
            r"open|click|here|copied|url|font|size|a|resize|toggle|button|pocket|tumblr|youtube|rss|google|mail|"
            r"message))*"
        ),
        (
            r"(?:article continues|story continues|continue reading|scroll (?:down )?(?:to|for)|"
            r"continues below).{0,60}"
        ),
        (
            r"(?:advert(?:isement|ising|isment)?|ad|ads|anzeige|werbung|publicité|publicidad|advertentie|pubblicità|"
            r"publicidade)(?:\W.{0,30})?"
        ),
        (
            r"(?:loading|please wait|sponsored|skip to.{0,20}|back to top|skip advert(?:isement)?|supported by|"
            r"hide caption|toggle caption|enlarge this image|view (?:gallery|image|fullscreen|slideshow|photos?|"
            r"more).{0,20}|play(?: video| now)?|watch now|watch live|\d+ (?:of|/) \d+|image \d.{0,10}|show more|"
            r"show less|read more|see more|learn more|load more|more|video|photos?|gallery|image|thumb(?:nail)?|logo|"
            r"icon|photo|pause|mute|unmute|next|previous|subscribe|log ?in|sign ?in|accept(?: all)?|weiterlesen|"
            r"mehr lesen|en savoir plus|lire (?:la suite|plus)|lees (?:meer|verder)|leer más|seguir leyendo|"
            r"leggi tutto|continua a leggere|ler mais|leia mais|läs mer|læs mere)"
        ),
        r"(?:\d[\d.,]*[km]?\s)?(?:shares?|views?|likes?|retweets?|followers?)",
        r"\d+ min(?:ute)?s?(?: read)?|(?:reading time|read time|lesezeit|temps de lecture|leestijd).{0,20}",
        r"in this (?:article|story|video|page)|table of contents|(?:https?://|www\.)\S+",
    )
    + r"[\W_]*",
    re.IGNORECASE,
)

# Phrases of consent boxes, newsletters, sign-up and legal texts: what the site says to its visitor about itself.
_SITE_SPEAKS = re.compile(
    r"(?<!\w)"
    + _any(
        (
            r"(?:uses?|use of|using|accept|all|third-party|necessary|these|nutzen|verwenden|utilisons|utilise des|"
            r"gebruiken|utilizamos|utilizziamo)\s(?:\w+\s){0,2}cookies"
        ),
        r"cookies? (?:policy|settings|preferences|notice|consent)",
        r"cookie-?(?:instellingen|einstellungen|beleid|richtlinie)",
        r"privacy (?:policy|notice|statement|center)|terms (?:of (?:use|service)|(?:and|&) conditions)",
        r"user agreement|terms and privacy",
        r"all rights reserved|alle rechte vorbehalten|tous droits réservés|alle rechten voorbehouden",
        r"todos los derechos reservados|tutti i diritti riservati|todos os direitos reservados",
        r"©|\(c\) ?(?:19|20)\d\d|copyright ©?\s?(?:19|20)\d\d",
        r"may not be (?:published|reproduced|reprinted|broadcast)",
        (
            r"(?:sign(?:ing)? up|subscribe|subscribing|register) (?:to|for|now|today|here|below|"
            r"and)\b.{0,60}(?:newsletter|e-?mails?|updates?|alerts?|briefing|inbox|latest|account|free|access|today|"
            r"unlimited|magazine|podcast|channel|digest)"
        ),
        r"our (?:\w+ ){0,3}newsletters?|(?:free|daily|weekly|e-?mail) newsletters?\b",
        r"newsletter (?:sign-?up|abonnieren)|to your inbox|in your inbox",
        r"your (?:e-?mail|mail) address|email address will not be published|deine e-mail|votre adresse",
        r"required fields|je e-mailadres",
        r"enable javascript|(?:your|ad)[ -]?blocker|your browser|browser (?:does not|doesn't) support",
        r"please (?:enable|log ?in|sign in|subscribe|upgrade)",
        r"(?:already|become|not) a (?:subscriber|member)|subscribers? only|your subscription",
        r"subscription (?:offers?|plans?)|cancel any ?time",
        r"(?:you must|need to) be (?:logged|registered|signed)|log ?in to (?:comment|post|leave|continue)",
        r"create an account|forgot(?:ten)? (?:your )?password",
        (
            r"(?:this (?:web)?site|this page|this article|this post) (?:uses|is protected|contains affiliate|"
            r"may contain|may earn|was last)"
        ),
        r"affiliate (?:links?|commission|partners?)",
        r"we may (?:earn|receive) (?:a |an )?(?:\w+ )?(?:commission|compensation)",
        r"we (?:use|value|respect|and our partners|rely on).{0,40}(?:cookies|privacy|data|reader)",
        r"by (?:clicking|continuing|signing|submitting|using)\b.{0,80}(?:you|agree|accept|consent)",
        (
            r"follow (?:us|me|him|her|them|\w+ \w+|\w+) (?:on|at|@)\s?(?:twitter|facebook|instagram|linkedin|social|"
            r"flipboard|@)"
        ),
        r"like us on|(?:join|find|connect with) us on|follow @\w+|download (?:the|our) (?:\w+ ){0,3}app\b",
        r"on the app store",
        r"(?:click|tap) here (?:to|for)|read our|send (?:us )?(?:a )?(?:tips?|feedback|letter)",
        r"have a (?:news )?tip|got a (?:news )?tip",
        r"contact (?:us|the (?:author|editor|writer|reporter)) (?:at|via|by|on)",
        r"e-?mail (?:us|him|her|the author) at|report (?:a|an) (?:typo|error|correction)",
        r"support (?:our|independent|quality|local) (?:\w+ )?journalism",
        r"(?:make|making) a (?:contribution|donation)",
        r"moderat(?:ed|ion|ors?)\b.{0,60}comments?",
        r"comments? (?:are|is|must|may|will|section)\b.{0,60}(?:moderat|closed|policy|civil|guidelines)",
        r"comment(?:ing)? (?:policy|guidelines|rules)|community (?:guidelines|rules)|house rules",
        r"member of the .{0,60}(?:press council|press complaints)|registered (?:office|in england|company)",
        r"(?:vat|company) (?:no|number|reg)",
        (
            r"(?:is|are|was) (?:a|an|the) (?:\w+[ -]){0,6}(?:reporter|correspondent|editor|journalist|columnist|"
            r"contributor|writer|author)\b.{0,120}\b(?:twitter|follow|covers|covering|covered|email|@|reach)"
        ),
    ),
    re.IGNORECASE,
)
_COOKIE_TEXT = re.compile(r"cookies?\b.*\bcookies?\b", re.IGNORECASE | re.DOTALL)
_VISITOR = re.compile(r"\b(?:you|your|web ?site|site|we|our|browser)\b", re.IGNORECASE)

# Who took the picture, who helped to report: names the source of a picture or text and tells nothing of the news.
CREDIT_LINE = re.compile(
    r".{0,400}\b(?:photo |image |picture )?credits?: ?.{2,60}|(?:[\s(\[]*"
    + _any(
        (
            r"(?:image|photo|picture|photograph|video|foto|bild|illustration|pic|media|image source|photo credit|"
            r"graphic|screenshot|crédits?|quelle|bron|fuente|file photo)(?: ?credits?| ?caption| courtesy| source| by|"
            r" copyright)?(?: ?[:/|©]| by\b| courtesy\b| via\b)"
        ),
        (
            r"(?:additional |with )?(?:reporting|writing|editing|edited|compiled|translated|translation|reported|"
            r"written|graphics?|production)(?: and (?:writing|editing|reporting))? by\b(?=.{0,160}$)"
        ),
        r"(?:getty|afp|reuters|shutterstock|istock|ap photo|alamy|epa)(?: images?)?\s?$",
        r"(?:above|caption|pictured)\s?:|(?:media|image|video|photo) caption\b",
    )
    + r").*|.{0,400}(?:[(/|©,–—-]|via|by|credit:?|photo:?|images?:?|courtesy(?: of)?)\s?(?:\w+[\w. ]{0,40}[/|,]\s?)?"
    r"(?:getty(?: images)?|afp|reuters|shutterstock|"
    r"istock(?:photo)?|ap photo|alamy|epa(?:-efe)?|file photo|ap|unsplash|pixabay|anp|dpa)"
    r"(?:[\s/,|-]?(?:images?|file|photo|via .{0,40}|stock photo|archive|news|sports|getty images?))*\s?[).\]]?",
    re.IGNORECASE,
)

# In-article pointers to another article: "Read more: ...", "RELATED: ...", "ALSO READ | ..."
POINTER_LINE = re.compile(
    r"[\W_]*"
    + _any(
        (
            r"(?:read|see|watch|listen|find out|learn) (?:more|also|next|now|this|it here)\b(?: on| about| in| from|"
            r" at)?.{0,20}?\s?[:|»–—>-]"
        ),
        (
            r"(?:also )?(?:related|read|also read|must read|see also|more|watch|watch live|listen|video|"
            r"further reading|don['’]t miss|recommended|more from.{0,30}|related (?:story|stories|article|articles|"
            r"coverage|content|news|link|links|video))\s?[:|»–—>]"
        ),
        (
            r"(?:lire aussi|à lire aussi|lesen sie auch|lees ook|lea también|lee también|leggi anche|leia também|"
            r"mehr dazu|zum thema)\b"
        ),
        r"click here\b|(?:read|see) (?:the )?(?:full|more|rest|whole)\b.{0,40}(?:here|article|story|more)\W*$",
    )
    + r".{0,220}",
    re.IGNORECASE,
)


def site_speaks(text: str) -> bool:
    """Whether a paragraph is the site talking to its visitor: consent, newsletter, sign-up, legal or comment rules.

    A long paragraph must say it more than once: an article may be about cookies or newsletters.
    """
    if _COOKIE_TEXT.search(text) and _VISITOR.search(text):
        return True
    return sum(1 for _ in _SITE_SPEAKS.finditer(text)) * 220 >= max(len(text), 1)


# What pages without news say to whoever opens them: errors, log-in, consent, payment. Only to be asked of a short text,
# since news quote and paraphrase such words too.
_TO_VISITOR = re.compile(
    r"(?<!\w)"
    + _any(
        r"^(?:contact|about|imprint|impressum)",
        r"you|your|yours|you['’](?:re|ve|ll)|please|sorry|oops|we|our|ours|we['’](?:re|ve|ll)|click|tap|welcome to",
        r"(?:log(?:ged)?|sign(?:ed)?)[ -]?(?:in|up)|log-?out|log-?in|password|username|javascript|captcha|browser|url",
        r"(?:this|the|that|requested) (?:web ?)?page|web ?page|page (?:not found|unavailable)|not found",
        r"this (?:web ?)?site|(?:this|the) (?:article|story|content) is|(?:on )?(?:the|this) (?:web ?)?server",
        (
            r"(?:web ?)?site (?:is|was|has been|will be) (?:\w+ )?(?:down|unavailable|offline|under|not available|back|"
            r"protected|blocked|being)"
        ),
        r"(?:error|status|http|code) ?[45]\d\d|[45]\d\d (?:error|forbidden|bad|internal|service|not found)",
        r"access (?:is )?denied|forbidden|(?:under|for|scheduled) maintenance|security check|(?:ray|request) id",
        r"(?:for|only) (?:subscribers|members)|(?:subscribers|members) only|add to (?:cart|basket|bag)|coming soon",
        r"free trial|unsubscribe|newsletter|no results|results? found|opening hours|all rights",
        # German, French, Dutch, Spanish, Italian, Portuguese
        r"bitte|du|dein(?:e[nmrs]?)?|unser(?:e[nmrs]?)?|wir|(?:die|diese) (?:web)?seite|seite nicht gefunden|passwort",
        r"(?-i:(?<=[a-zäöüß,] )(?:Sie|Ihnen|Ihr(?:e[nmrs]?)?))|anmelden|registrieren",
        r"vous|votre|vos|veuillez|nous|notre|nos|cette page|page introuvable|mot de passe|désolé",
        r"(?-i:(?<=\w )u)|uw|je|jouw|jullie|wij|onze?|deze pagina|pagina niet|wachtwoord|inloggen|sorry",
        r"usted|tu|tus|nuestr[oa]s?|esta página|página no|por favor|contraseña|lo sentimos",
        r"questa pagina|pagina non|si prega|tuo|tua|nostr[oaie]|spiacenti|você|sua conta|noss[oa]s?|senha|desculpe",
    )
    + r"(?!\w)",
    re.IGNORECASE,
)


def speaks_to_visitor(text: str) -> bool:
    """Whether a short text addresses whoever opens the page, or is about the page: see `site_speaks` for long ones."""
    return _TO_VISITOR.search(text) is not None
