"""Letters that pass for Latin ones, by Unicode's table of confusables (UTS 39).

Made by `benchmarks/compile_confusables.py`; not to be edited by hand.
"""

# Each pair is a letter and the Latin letter it passes for.
_PAIRS = (
    "ıi Ƅb ƍg Ɩl Ʀr ƽs ǀl ɑa ɡg ɣy ɩi ɪi ɯw ʋu ʏy ͺi Ϳj Αa Βb Εe Ζz Ηh Ιl Κk Μm Νn Οo Ρp Τt Υy "
    "Χx αa γy ιi νv οo ρp σo υu ϒy Ϝf ϱp ϲc ϳj Ϲc Ϻm Ѕs Іl Јj Аa Вb Еe Кk Мm Нh Оo Рp Сc Тt Уy "
    "Хx Ьb аa гr еe оo рp сc уy хx ѕs іi јj ѡw Ѵv ѵv Үy үy һh ҽe Ӏl ӏi ԁd Ԍg ԛq Ԝw ԝw Սu Տs Օo "
    "աw գq զq հh ոn ռn սu ցg քf օo ଠo ഠo ဝo ყy ჿo ሀu ዐo Ꭰd Ꭱr Ꭲt Ꭵi Ꭹy Ꭺa Ꭻj Ꭼe Ꮃw Ꮇm Ꮋh Ꮍy Ꮐg "
    "Ꮒh Ꮓz Ꮟb Ꮢr Ꮤw Ꮥs Ꮩv Ꮪs Ꮮl Ꮯc Ꮲp Ꮶk Ꮷd Ᏻg Ᏼb ᐯv ᑌu ᑭp ᑯd ᑲb ᒍj ᒪl ᕁx ᕼh ᕽx ᖇr ᖯb ᖴf ᗅa ᗞd "
    "ᗪd ᗰm ᗷb ᚷx ᛁl ᛕk ᛖm ᴄc ᴏo ᴑo ᴜu ᴠv ᴡw ᴢz ᴦr ᶃg ᶌy ẝf ỿy ιi ℽy ⲅr Ⲏh Ⲓl Ⲕk Ⲙm Ⲛn Ⲟo ⲟo Ⲣp "
    "ⲣp Ⲥc ⲥc Ⲧt Ⲩy Ⲭx Ⳑl ⴸv ⴹe ⵏl ⵔo ⵕq ⵝx ꓐb ꓑp ꓒd ꓓd ꓔt ꓖg ꓗk ꓙj ꓚc ꓜz ꓝf ꓟm ꓠn ꓡl ꓢs ꓣr ꓦv "
    "ꓧh ꓪw ꓫx ꓬy ꓮa ꓰe ꓲl ꓳo ꓴu ꙇi ꛟv ꜱs Ꞙf ꞙf ꞟu Ʝj Ꭓx Ꞵb ꬲe ꬵf ꬽo ꭇr ꭈr ꭎu ꭒu ꭚy ꭵi ꮁr ꮃw ꮓz "
    "ꮩv ꮪs ꮯc 𐊂b 𐊆e 𐊇f 𐊊l 𐊐x 𐊒o 𐊕p 𐊖s 𐊗t 𐊠a 𐊡b 𐊢c 𐊥f 𐊫o 𐊰m 𐊱t 𐊲y 𐊴x 𐋏h 𐌁b 𐌂c 𐌉l 𐌑m 𐌕t 𐌗x 𐐄o 𐐕c "
    "𐐛l 𐐠s 𐐬o 𐐽c 𐑈s 𐒴r 𐓂o 𐓎u 𐓪o 𐓶u 𐔓n 𐔖o 𐔘k 𐔜c 𐔝v 𐔥f 𐔦l 𐔧x 𑜆v 𑜊w 𑜎w 𑜏w 𑢠v 𑢢f 𑢣l 𑢤y 𑢦e 𑢩z 𑢮e 𑢲l "
    "𑢵o 𑢸u 𑢼t 𑣀v 𑣁s 𑣂f 𑣃i 𑣄z 𑣈o 𑣗o 𑣘u 𑣜y 𖼈v 𖼊t 𖼖l 𖼨l 𖼵r 𖼺s 𖽀a 𖽂u 𖽃y 𝚤i 𝚨a 𝚩b 𝚬e 𝚭z 𝚮h 𝚰l 𝚱k 𝚳m "
    "𝚴n 𝚶o 𝚸p 𝚻t 𝚼y 𝚾x 𝛂a 𝛄y 𝛊i 𝛎v 𝛐o 𝛒p 𝛔o 𝛖u 𝛠p 𝛢a 𝛣b 𝛦e 𝛧z 𝛨h 𝛪l 𝛫k 𝛭m 𝛮n 𝛰o 𝛲p 𝛵t 𝛶y 𝛸x 𝛼a "
    "𝛾y 𝜄i 𝜈v 𝜊o 𝜌p 𝜎o 𝜐u 𝜚p 𝜜a 𝜝b 𝜠e 𝜡z 𝜢h 𝜤l 𝜥k 𝜧m 𝜨n 𝜪o 𝜬p 𝜯t 𝜰y 𝜲x 𝜶a 𝜸y 𝜾i 𝝂v 𝝄o 𝝆p 𝝈o 𝝊u "
    "𝝔p 𝝖a 𝝗b 𝝚e 𝝛z 𝝜h 𝝞l 𝝟k 𝝡m 𝝢n 𝝤o 𝝦p 𝝩t 𝝪y 𝝬x 𝝰a 𝝲y 𝝸i 𝝼v 𝝾o 𝞀p 𝞂o 𝞄u 𝞎p 𝞐a 𝞑b 𝞔e 𝞕z 𝞖h 𝞘l "
    "𝞙k 𝞛m 𝞜n 𝞞o 𝞠p 𝞣t 𝞤y 𝞦x 𝞪a 𝞬y 𝞲i 𝞶v 𝞸o 𝞺p 𝞼o 𝞾u 𝟈p 𝟊f "
)
CONFUSABLES: dict[str, str] = {pair[0]: pair[1] for pair in _PAIRS.split()}
