"""The words posters, sellers, journalists and courts use, by what they do and by language.

Phrases are parted by commas; a star stands for any ending of a word. They are folded like the posts, so accents,
case and apostrophes do not matter. French, English, Russian and Turkish are full; Spanish, German and Arabic say
who sells, gives, seeks, threatens, reports or denies. Tables only, in one place: a word is moved between cues more
often than it is added.
"""

from collections.abc import Mapping
from enum import IntEnum, auto


class Cue(IntEnum):  # as numbers, because they are hashed all the time
    """What a word or phrase speaks for."""

    DATA = auto()  # what leaks are made of
    HEALTH = auto()
    FRENCH = auto()
    SELL = auto()  # offers for money, in so many words
    PRICE = auto()  # what goes with a sale
    FREE = auto()  # gives away
    FETCH = auto()  # a way to get it
    TAKEN = auto()  # taken, by whomever
    TAKER = auto()  # says that he holds it himself
    MIRROR = auto()
    SEEK = auto()
    THREAT = auto()
    QUARREL = auto()
    TOLD = auto()  # somebody tells what others did
    HINT = auto()  # may tell, or not
    DENIED = auto()
    OPEN = auto()  # nothing known yet
    APART = auto()  # drills, warnings, jobs, lessons: about something else, whatever else is said
    GOODS = auto()  # something else is sold
    MONEY = auto()  # an amount; found by its shape, not by words


WORDS: Mapping[Cue, Mapping[str, str]] = {
    Cue.DATA: {
        "fr": "archive, backup, base, bases, bdd, bilans, carte vitale, compte patient, comptes, comptes rendus, "
        "csv, db, documents, donnee, donnees, dossier, dossiers, dump, dumps, echantillon, "
        "enregistrements, examens, export, extrait, extraits, fiches, fichier, fichiers, iban, lignes, "
        "liste, liste des, listing, medical db, nir, num secu, numero de securite, numeros de secu, "
        "numeros de securite, ordonnances, partage reseau, patients, radios, resultats, sauvegardes, sql",
        "en": "accounts, archive, archives, backups, bucket, combo, combo list, customers, data, database, "
        "databases, dataset, db, documents, dump, dumped, file, files, fullz, hashes, hospital files, "
        "leads, leak, letters, lines, medical files, patients, profiles, proxies, record, records, "
        "results, rows, sample, samples, screenshots, ssn",
        "ru": "аккаунт*, архив*, баз*, дамп*, данны*, документ*, запис*, инфа, карт, медкарт*, номер*, пациент*, "
        "полис*, пробив, прокси, слив*, строк*, сэмпл*, файл*, экспорт*",
        "tr": "arsiv*, belge*, bilgi*, data, datalar*, datasi, dosya*, hasta, hastalar*, hastan*, hesap*, kayd*, "
        "kayit*, listesi, satir*, veri, veriler*, verimi, verisi, veritaban*",
        "es": "archivos, base, base de datos, base de pacientes, bd, datos, expedientes, ficheros, filas, "
        "historiales, pacientes, registros",
        "de": "akten, dateien, daten, datenbank*, datenleck*, datensatz*, krankenakten, krankenhausdaten, "
        "kundendaten, kundendatenbank, patienten, patientenakten, patientendaten, patientenliste, zeilen",
        "ar": "البيانات, السجلات, المرضى, بيانات, سجلات, قاعدة, قواعد, مرضى, مريض, ملفات",
    },
    Cue.HEALTH: {
        "fr": "ald, analyses, cancer, carte vitale, chirurgie, chu, clinique*, donneurs, ehpad, groupe sanguin, "
        "hopital, hopitaux, labo, laboratoire*, labos, maternite, medecin*, medical, medicale, medicales, "
        "medicaux, mutuelle*, oncolog*, ordonnances, pathologie*, patient, patiente, patientes, patients, "
        "pharmacie*, psychiatri*, sanguin, sante, soignants, test covid, tests covid, vih",
        "en": "blood type, cancer, clinic*, doctor, health, healthcare, hospital*, insurance, lab, laborator*, "
        "labs, medic*, oncology, patient, patients, prescriptions",
        "ru": "больниц*, врач*, клиник*, лаборатор*, мед, медицин*, медкарт*, пациент*, страхов*",
        "tr": "doktor*, hasta, hastalar*, hastan*, klinik*, laboratuvar*, saglik",
        "es": "hospital*, laboratorio*, medic*, paciente*, salud",
        "de": "gesundheit*, klinik*, krankenhaus*, labor*, patient*",
        "ar": "المرضى, المستشفيات, مختبر, مرضى, مريض, مستشفى",
    },
    Cue.FRENCH: {
        "fr": "carte vitale, departements, fr, francais*, france, nir, numero de securite sociale, secu",
        "en": "france, french, nir",
        "ru": "nir, франц*",
        "tr": "fransa*, fransiz*, nir",
        "es": "frances*, francia, nir",
        "de": "frankreich*, franzosisch*, nir",
        "ar": "فرنسا, فرنسي*",
    },
    Cue.SELL: {
        "fr": "a debattre, a la vente, a saisir, a vendre, achat, achat immediat, acheteur, acheteurs, "
        "acheteurs max, au plus offrant, dernier prix, en prive, en vente, enchere, encheres, exclu, "
        "faire offre, interesses, je brade, je cede, je la lache contre, je les cede, je liquide, "
        "je mets en vente, je ne vends, je propose, je vends, l exclu, la copie, la vente, le cede, "
        "les cede, lot unique, meilleure offre, mise a prix, mp pour, negociable, pas cher, "
        "pas de test gratuit, pas gratuit, petit prix, quelqu un veut, qui en veut, qui veut, "
        "repart a la vente, revends, vds, vendez, vendre, vends, vendue, vente, vente privee",
        "en": "4 sale, asking, auction, available for purchase, best offer, bidding, blitz, buy now, buyers, "
        "copies will be sold, dm for price, for sale, for sell, hmu, i m selling, lowballers, "
        "offers start, one buyer, per record, price drop, purchase, reasonable price, resold, sale, sell, "
        "selling, selling access, serious buyers, sold one copy, starting at, taking offers, to one hand, "
        "up for grabs, who wants, wts",
        "ru": "в одни руки, в продаже, купить, на продажу, недорого, отдам, отдам базу, отдам за, прайс, "
        "продаем, продается, продажа, продажу, продам*, продаю, продаются, реализую, торг",
        "tr": "alicilar, satarim, satilacak, satilik*, satilir, satiliyor, satis, satista, satiyorum, satiyoruz, "
        "toplu alana, veriyorum, ye veriyorum",
        "es": "a la venta, en venta, ofertas, se vende, vendo",
        "de": "abzugeben, angebote per, verkauf, verkaufe, verkaufen, zu verkaufen, zum verkauf",
        "ar": "ابيع, اشتري, بيع, للبيع, نبيع",
    },
    Cue.PRICE: {
        "fr": "baisse, balles, bitcoin, btc, cher, contact, crypto, dm, en mp, en pv, escrow, eur, euros, "
        "le lot, ltc, moitie prix, monero, mp, mp moi, negociation, no ripper, offre, paiement, "
        "paiement rapide, pas de ripper*, pas de rippeur*, piece, pm, prix, sequestre, tarif, tarifs, "
        "telegram, tox, troc, usdt, virement, xmr",
        "en": "bitcoin, btc, bucks, buyer, cheap, discount, dm, dm me, escrow, exclusive, fixed, middleman, mm, "
        "mm accepted, monero, negotiable, no free, no rippers, no scammers, offer, offers, payment, "
        "per line, pm, price, seller, session, telegram, tox, usd, usdt, xmr",
        "ru": "btc, usdt, баксов, гарант*, долларов, дорого, крипта, личку, лс, монеро, оплата, пишите, "
        "телеграм, телегу, цена, цену",
        "tr": "bitcoin, btc, dm, dolar, escrow, fiyat*, indirim, odeme, pazarlikli, telegram, ucuz*, xmr",
        "es": "cripto, precio",
        "de": "euro, preis, vb",
        "ar": "السعر, دولار, سعر",
    },
    Cue.FREE: {
        "fr": "c est cadeau, cadeau, devient publique, dl direct, en acces libre, en telechargement, est a vous, "
        "full leak, gratis, gratos, gratuit*, je balance, je balance tout, je file, je lache tout, "
        "je largue, je mets la base en telechargement, je partage, je vous offre, libre acces, "
        "libre telechargement, lien direct, mis a disposition de tous, offert, offerte, offerts, open bar, "
        "ouvert a tous, partage gratuit, pour patienter, pour tous, profitez en, recuperer, regalez vous, "
        "sans contrepartie, seed, servez vous, telechargement libre, tout est en dl, tout le monde, "
        "voici le lien, voila le lien",
        "en": "attached, available for download, available to everyone, drop, dropped here, dropping, enjoy, "
        "for everyone, for free, for the community, for you to download, free, free download, "
        "free for all, get it here, giveaway, giving away, grab it, here you go, hidden content, leaking, "
        "no pass, now public, released, releasing, reply to unlock, sharing, sharing is caring, "
        "sharing with you, take it, unlock, uploaded",
        "ru": "бесплатн*, в комментах, всем, выкладываю, выложил*, даром, делюсь, держите, для всех, забирайте, "
        "залил, качаем, качать, ловите, отдаю, открытый доступ, паблик, пользуйтесь, раздача, раздаю, "
        "свободный доступ, сливаю, халяв*",
        "tr": "bedava, bedavaya, beles*, buyurun, hediye, herkes, herkese, herkese acik, indirin, indirme, "
        "paylasim*, paylasiyorum, ucretsiz*",
        "es": "comparto, gratis, gratuita, para todos, regalamos, regalo",
        "de": "frei, gratis, herunterladen, kostenlos, umsonst, verschenke",
        "ar": "بالمجان, مجانا, مجاني, مجانية, هدية",
    },
    Cue.FETCH: {
        "fr": "ci dessous, cliquez ici, dans le canal, dans les commentaires, en pj, ici, la suite, lien, liens, "
        "link, magnet, mdp, mega, mot de passe, pas besoin, recupere*, telechargement, telecharger, torrent",
        "en": "attached, below, compressed, direct link, dl, download, get it, grab it, here, host, link, links, "
        "magnet, mega, pass, password, torrent, unlock",
        "ru": "качаем, качать, качать тут, ниже, пароль, скачать, ссылк*, тут",
        "tr": "asagida, indir, indirin, indirme, link, linki, parola, sifre",
        "es": "aqui, descarga, descargar, enlace",
        "de": "download, herunterladen, hier, link",
        "ar": "التحميل, تحميل, رابط",
    },
    Cue.TAKEN: {
        "fr": "a fuite, acces frauduleux, acces illegitime, acces non autorise, affirme avoir, aspire, aspirees, "
        "aspires, circule, circulent, compromis, compromise, compromises, copie illegitime, copies, "
        "copies par, dans la nature, dans le fichier derobe, derob*, diffuse, diffusees, diffuses, "
        "diffusion, donnees en ligne, donnees volees, dump, dumpe*, en fuite, exfiltr*, exposait, "
        "exposees, extraction, extraits via, figurent dans le fichier, fuite de donnees, fuite*, hack, "
        "hacke*, hebergeait, illegitime, intrusion, leak, leake*, mis en ligne, mis en vente, "
        "mise en ligne, mise en vente, mises en ligne, ont ete copiees, ont ete copies, ont fuite, "
        "piratage, piratait, pirate, piratee, piratees, pirates, publication, publiees, publies, pwned, "
        "qui hebergeait, recueillis, revendus, se vante, sont en ligne, sortie de, sortis de, sur le net, "
        "vendait, vide, vol de donnees, vol de dossiers, vol de fichiers, vole, volee, volees, voles, "
        "vols de donnees, vols de dossiers",
        "en": "accessed, allegedly stolen, appeared online, breach*, compromised, data loss, data theft, dumped, "
        "exfiltrat*, exposed, extorted, got owned, grabbed, hack, hacked, hacker, hackers, infiltrated, "
        "intrusion, is advertising, leak site, leak*, offers data, owned, posted, published, put online, "
        "pwned, says is the, shared on, sold on, spill, stealing, stole, stolen, surfaced, taken from, "
        "theft, unauthorised, unauthorized",
        "ru": "были доступны, в открытом, в сеть, взлом*, выкачан*, выложен*, выставил*, даркнет*, краж*, "
        "оказал*, открытом доступе, открытых документах, попал* в, похищ*, продажу базу, распространяется, "
        "распространяются, скомпромет*, слив, слива, слил*, слит*, украл*, утек*, утеч*, хакер*, хакн*",
        "tr": "caldi*, calin*, cekildi, dustu, ele gecir*, ele gecirdi*, hackle*, hirsizlig*, ihlal*, "
        "internete dustu, satisa cikar*, siber saldiri, sizacak, sizan*, sizdi*, sizinti*",
        "es": "brecha, filtracion, filtrad*, filtran, filtraron, hackead*, hackeamos, hackearon, hacker, robad*, "
        "robaron, robo",
        "de": "betroffen, datenleck*, diebstahl, entwendet, erbeutet, gehackt, geleakt, gestohlen*, im netz, leak",
        "ar": "اختراق, اخترقنا, بتسريب, تسربت, تسريب, سحبنا, سرقة, سرقت, مخترق, مسربة",
    },
    Cue.TAKER: {
        "fr": "a l appui, a suivre, acces total, aspires par, au chaud, bientot, dans la poche, devinez, "
        "dump frais, en ma possession, entiere, entre mes mains, grace a un compte, il me reste, "
        "j ai dumpe, j ai hacke, j ai la, j ai mis la main, j ai pirate, j ai pris, j ai recup, "
        "j ai recupere, j ai tout, j etudie, je detiens, je detiens la, je garde, je l ai, je l ai pris, "
        "je possede, la source restera, nous avons copie, nous avons la, nous avons pirate, "
        "nous avons pris, nous avons vos, nous possedons, nous sommes dedans, on a dumpe, on a hacke, "
        "on a la, on a la base, on a pirate, on a pris, on a tout, on detient, on est dedans, on les a, "
        "on tient, on vient de, par nos soins, par notre equipe, par nous, petit screen, "
        "plus d infos demain, preuve en image, preuves en image, pwned, recuperes sur, root, screens, "
        "se reconnaitront, sous le coude, tombe cette nuit, tout a ete aspire, vous l aurez quand",
        "en": "all your data, checking it now, domain admin, downloaded everything, dumped a, "
        "exfiltrated everything, fields, got it from, got owned, got root, grabbed, hacked by us, "
        "i am in possession, i breached, i dumped, i got, i hacked, i have, i stole, in our hands, "
        "in possession of, is ours, just dumped, last night, more rows, more soon, my hands, new victim, "
        "our team, proof below, proof of access, proofs, proofs soon, pwned by, screens of, screenshots, "
        "stay tuned, stolen data, we are inside, we breached, we downloaded, we exfiltrated, we got, "
        "we hacked, we have, we have been inside, we own, we stole, we took, we ve got, we were inside",
        "ru": "в наших руках, взломали, выкачано, доказательства, достали, есть база, забрали, залез*, имеется, "
        "мы взломали, на руках, наша команда, пока думаю, получили доступ, пруфы, скачали, слили, у меня, "
        "у нас, хакнули",
        "tr": "aldik, bende, bizde, bizim elimizde, caldik, cekildi, devami gelecek, ekibimiz, ele gecirdik, "
        "ele gecirildi, elimde, elimizde, elimize, girdik, hackledik, hacklendi, indirdik, kanit, "
        "patlattik, sistemlerine girdik, sizdik, sizdirildi",
        "es": "en nuestras manos, en nuestro poder, hackeado, hackeamos, hemos hackeado, robamos, tenemos",
        "de": "bei uns, erbeutet, gehackt, haben wir, in unserer hand, wir besitzen, wir haben",
        "ar": "اخترقنا, بحوزتنا, تم اختراق, حصلنا, سحبنا, لدينا",
    },
    Cue.MIRROR: {
        "fr": "a nouveau disponible, ancien lien, autre hebergeur, copie de secours, de nouveau en ligne, "
        "je fais tourner, je remets, je repartage, je repartage la, je reposte, je reup, "
        "l ancien hebergeur, l autre est, l hebergeur a vire, le premier lien, lien bis, "
        "lien de remplacement, lien de secours, liens a jour, liens de secours, miroir, miroirs, mirror, "
        "mirrors, nouveau lien, nouveau miroir, nouveaux liens, re heberge, re post, re up, re upload, "
        "re uploads, re uppe, rehost, remet en ligne, remets en ligne, remis en ligne, repartage, "
        "repartagent, reup, reupe, reupload, trouve sur un autre canal, un autre hebergeur, "
        "voici les suivants",
        "en": "alt link, alternative link, another host, back online, backup link, dead link, fresh link, "
        "got taken down, link is dead, mirror, mirrors, new link, new links, new mirrors, old link, "
        "old one removed, re host, re posted, re up, re upload, re uploaded, re uploading, re upped, "
        "rehost*, repost, reposted, reposting, reup, reupload, reuploaded, reuploading, taken down, "
        "updated link",
        "ru": "вместо удаленной, залил снова, заново, зеркал*, новая ссылка, новые ссылки, обновил ссылк*, "
        "перезал*, повторно, рабочая ссылка, старая ссылка",
        "tr": "ayna, eski link, eskisi silindi, guncel link, tekrar paylas*, tekrar yukle*, yeni link, "
        "yeni linkler, yeniden yukle*, yenilendi",
        "es": "espejo, mirror, nuevo enlace, nuevos enlaces, resubido",
        "de": "mirror, neu hochgeladen, neue links, neuer link, spiegel",
        "ar": "رابط جديد, مراة",
    },
    Cue.SEEK: {
        "fr": "achete, auriez, auriez vous, besoin, besoin urgent, budget, cherche, cherchons, combien, "
        "comment avoir, encore en vente, est encore, j achete, j acheterais, j en veux, je cherche, "
        "je donne, je paye, je recherche, je suis interesse, je suis preneur, je veux acheter, lien svp, "
        "merci d avance, on cherche, on m a dit, ou est ce que je peux, ou trouver, preneur, qqn a, "
        "qqn peut, quelqu un a, quelqu un aurait, quelqu un l a, qui a encore, qui aurait, qui l a, "
        "qui peut me, qui possede, qui vend, qui vendrait, recherche, recherchons, reup possible, svp, "
        "svp le lien, toujours dispo, toujours dispo la, un reup possible, vous auriez, y a t il",
        "en": "any link, anybody, anyone, anyone still, asap, budget, buying, can someone, dm me if, "
        "does anybody, does anyone, has anyone, hook me up, how much for, i need, i want to buy, "
        "in search of, interested in buying, is it still, link pls, looking for, looking to buy, need, "
        "paying, please, pls, reup please, share please, sold already, someone share, still available, "
        "still for sale, still have, still up, want the, want to buy, where can i, where to find, who got, "
        "who has, who is selling, who sells, wtb",
        "ru": "возьму, где взять, где скачать, дорого, есть у кого, есть у кого нибудь, еще актуальна, "
        "еще продается, интересует, ищу, киньте, кому продать, кто прода*, куплю, нужен, нужна, "
        "нужна база, нужны, поделитесь, подскажите, почем, скиньте, у кого, хочу купить",
        "tr": "aliciyim, almak istiyorum, ariyorum, ariyoruz, bulabilir miyim, elinde olan, hala satilik mi, "
        "ihtiyacim, kim satiyor, kimde var, lazim, nerede bulabilirim, olan var mi, olan yazsin, "
        "paylasir misiniz, satan, satan var mi, satildi mi, satin almak, var mi",
        "es": "alguien, alguien tiene, busco, compro, la compro, necesito, quien tiene",
        "de": "brauche, hat jemand, jemand noch, kaufe, suche, sucht jemand, wer hat, wer verkauft",
        "ar": "ابحث, ابحث عنها, اريد, مطلوب, من عنده, من لديه, هل لدى",
    },
    Cue.THREAT: {
        "fr": "a bon entendeur, a defaut de paiement, avant publication, avant que nous, choisi de ne pas payer, "
        "compte a rebours, contactez nous, dernier avertissement, dernier delai, derniere chance, "
        "faute de paiement, il vous reste, je diffuse, je publie tout, l heure tourne, la rancon, "
        "le prix monte chaque jour, ne paie pas, ne payez pas sinon, ne repond pas, negociez, "
        "nous avons vos donnees, nous contactons, nous detenons, nous diffuserons, nous publierons, "
        "nous publions, part en ligne, passe ce delai, payez, pour eviter la publication, "
        "refuse de negocier, refusent de negocier, sans paiement, sera diffuse, sera publie, "
        "seront diffuses, seront divulgues, seront publies, seront rendus, seront vendus, si vous ne, "
        "sinon, sous peine, tic tac, tout fuite, tout sera en ligne, ultimatum, vos donnees seront, "
        "votre delai, vous avez 24, vous avez 48, vous avez 72, vous avez choisi, vous avez jusqu a",
        "en": "before publication, clock is ticking, contact us, days left, deadline, decided not to negotiate, "
        "does not want to pay, failure to pay, final warning, full disclosure, get in touch, go public, "
        "goes public, hours left, if you don t, is published, keeps silent, last chance, last warning, "
        "not to negotiate, not want to pay, or patients, or we leak, pay or, pay us, ransom deadline, "
        "refused to negotiate, refuses to pay, running out, start releasing, time is running out, timer, "
        "unless you, until friday, until monday, we ll leak, we start publishing, we will leak, "
        "we will publish, we will release, will be leaked, will be published, will find their files, "
        "within one week, you had, you have",
        "ru": "будут опубликован*, время истекает, время пошло, выложим, даем вам, деньги или, если не, "
        "заплатите, иначе, не заплат*, опубликуем, осталось, отказал* платить, отказалась платить, "
        "платите, платите или, последнее предупреждение, последний шанс, публикуем, сольем, "
        "станут публичными, у вас",
        "tr": "aksi halde, aksi takdirde, gun icinde, ifsa ed*, odeme yap*, odemeyi reddetti, odemez*, odeyin, "
        "paylasacagiz, saat kaldi, sizacak, son sans, son uyari, sureniz, yayinlanacak, yayinlanir, "
        "yayinlariz, yayinlayacagiz, yoksa",
        "es": "o publicamos, o publicaremos, paguen, publicamos, publicaremos, si no pagan, ultima advertencia, "
        "ultimo aviso",
        "de": "frist, letzte warnung, oder alle, oder wir, veroffentlicht, wir veroffentlichen, "
        "wird veroffentlicht, zahlen oder, zahlt",
        "ar": "اخر تحذير, ادفعوا, انذار, سننشر, سيتم نشر, والا",
    },
    Cue.QUARREL: {
        "fr": "arnaque, arnaqueur, arnaqueurs, attention au vendeur, banni, bidon, c est ma base, c est moi qui, "
        "c est mon, c est un fake, disparu avec, escroc, escroquerie, est faux, est un fake, evitez le, "
        "fake vendeur, faux vendeur, generes, honte a toi, il ment, il revend, il vous revend, imposteur, "
        "jamais eu la, la leur, m a arnaque, m a vole*, ma base, ma db, me l a vole*, mefiez vous, "
        "menteur, mes 200, mon dump, mytho, n a jamais eu, n a rien, n achetez pas, ne payez pas ce, "
        "que j ai sortie, recycle, reglement de comptes, remboursez, revendent ma, rien recu, rigolo, "
        "ripper, rippers, rippeur, rippeurs, scammer, scammeur, signale aux, vieux truc, vole mon, "
        "volee et, voleur",
        "en": "avoid, behind my back, blacklist, blocked me, don t buy, fake, fake seller, he got, he is lying, "
        "he never had, he scammed, he stole, impersonat*, imposter, is fake, liar, my database, my db, "
        "my dump, my leak, my work, never delivered, not his, only owner, only seller, pure scam, rat, "
        "recycled, refund, reported to mods, reselling my, resells, rip off, ripped me, ripper, "
        "rows are generated, scam, scam report, scammed, scammer, sells my, stole from me, stole my, "
        "they stole, thief",
        "ru": "база моя, верни деньги, врет, кидал*, кидок, кинул*, левая, лжец, мой слив, мошенник, мою базу, "
        "моя база, не ведитесь, не переводите, не покупайте, обман*, он ее украл, он меня, перепрода*, "
        "развод, чужую",
        "tr": "benim, benim datam, benim veritaban*, calip satiyor, calmis, dolandir*, hirsiz, kendi mali, "
        "onda yok, parami, sahte, sahtekar, satin almayin, uzak durun, verimi caldi, veritabani benim, "
        "yalanci",
        "es": "estafa, estafador, falso, ladron, mentiroso",
        "de": "abzocker, betrug, betruger, gefalscht, lugner",
        "ar": "كاذب, محتال, مزيف, نصاب",
    },
    Cue.TOLD: {
        "fr": "a annonce, a appris, a confirme, a declare, a indique, a ouvert une, a reconnu, a revele, "
        "action collective, actualite, affirme, affirment, afp, alerte, amende, analyse de, annonce la, "
        "annonce que, anssi, apprend, ars, article, au regret de, auraient, aurait, autorites, avocat, "
        "ce qu il faut savoir, ce que contient, ce que l on sait, ce que revele, cert sante, chercheur, "
        "chercheurs, cnil, comment savoir, communique, concernes, condamn*, confirme, confreres, courrier, "
        "cybersecurite, d apres, d apres nos, dans la presse, des pirates, dit vendre, enquete*, evoque, "
        "experts, explique, fait craindre, figurent dans, formation restreinte, formulaire, garde a vue, "
        "gazette, gendarmerie, gendarmes, hacker ethique, indique, informe, informes, inquiete*, "
        "interpelle*, j ai analyse, journalist*, juge, justice, l acteur, l autorite, l expert, la radio, "
        "le groupe, le juge, le ministre, le point, le quotidien, medias, mesures, ministere, "
        "mis en examen, non verifie, nos confreres, notifie, notifiee, ont ete derob*, ont reconnu, "
        "ordonne par, par un groupe, parle d un, parquet, personnes concernees, pirates informatiques, "
        "plainte, police, precise, presente ses excuses, presse, prevenus, previent, prison, proces, "
        "proviendrait, raconte, rapporte, rapportent, reagissent, reagit, regret, revele*, revendique, "
        "revue de presse, s excuse, sanctionn*, selon, souligne, specialiste, specialistes, supposee, "
        "syndicat, temoigne, touchees, touches, tribunal, un acteur, un chercheur, un hacker, un pirate, "
        "un rapport, une lettre, une patiente, veille cyber, victime, victimes",
        "en": "a hacker, a seller, a spokesman, according, according to, actor, advertising, affected, "
        "affecting, agency, alleged, allegedly, among those, analysed, analysis, announced, announces, "
        "apologised, apologized, arrest*, authority, charged, claiming, claims, claims to, class action, "
        "confirmed, confirms, could not verify, court, declining, detained, digest, disclosed, expert, "
        "experts, fined, fines, gang, impacted, investigat*, journalist, journalists, judge, lawsuit, "
        "lists, ministry, news, newspaper, notification, notified, notifies, notifying, online, "
        "plaintiffs, police, prosecutors, regulator, report finds, reported, reportedly, reports, "
        "research note, researcher, researchers, revealed, ruled, rules, said, say, says, secured, "
        "sentenced, sentences, spokesperson, statement, statement said, study, the hacker, threat actor, "
        "threat actors, threat intel, threatens to, told, trial, urges, victims, warns, was hacked by, "
        "was hit, watchdog, we analysed, we analyzed, weekly",
        "ru": "ведомств*, выставили, газета, журналист*, задержа*, заявил*, издание, издания, исследовател*, "
        "источник*, компания, минздрав, нашли, новост*, обнаруж*, отмеча*, оштраф*, пишут, по данным, "
        "по словам, подтверди*, полиция, пострадав*, приговор*, прокуратур*, рассказ*, расследован*, "
        "роскомнадзор, сми, сообщ*, специалист*, стало известно, суд, суда, уточн*, эксперт*, якобы",
        "tr": "acikladi, aciklama*, ajans*, arastirmaci*, bakanlig*, basin, basinda, belirtti, bildirdi, "
        "bildirildi, calindigini, ceza, detaylari, duyurdu, etkilendi, forumunda, gazete*, gozalti*, "
        "haber*, hesaplarda, iddia edildi, iddiasi*, kvkk, mahkeme, ogrenildi, ortaya cikti, polis, "
        "rapor*, satisa cikarildi, savcilik, sorusturma*, sosyal medya, soyledi, soyluyor, tespit, "
        "tutuklan*, uzman*, yazdi",
        "es": "afectados, confirma, denuncia, expertos, informa, informo, investiga*, juez, la prensa, medios, "
        "periodico, policia, prensa, revelo, segun, segun la, un hacker",
        "de": "berichte*, bestatigt, betroffen, ermittel*, experten, forscher, gericht, laut, medien, polizei, "
        "presse, staatsanwaltschaft, zeitung",
        "ar": "اعلنت, افادت, الاعلام, التحقيق, المحكمة, تقارير, ذكرت, صحف, صحيفة, قالت, كشفت, وسايل, وكالة",
    },
    Cue.HINT: {
        "fr": "a la suite, cyberattaque, d un site, dans une, des clients, des donnees de, donnees de sante, "
        "donnees medicales, donnees personnelles, dossiers de patients, forum, fuite de donnees, "
        "hack d un, hier, jeudi, l attaque, l editeur, l etablissement, la direction, la suite de, "
        "les donnees, les patients, leurs donnees, leurs dossiers, leurs patients, lors de, mercredi, "
        "mes resultats, patients concernes, piratage, propose un extrait, ses clients, ses patients, "
        "vendredi dernier, vol de donnees, vols de donnees, vos mots de passe",
        "en": "attack, breach, company, customers, customers affected, data breach, hackers, he says, "
        "in a breach, in a statement, in the february, its, last year, leak site, on the dark web, "
        "on thursday, patients data, some of, the company, the hospital, the post, the seller, this month, "
        "this week",
        "ru": "больниц, данные, клиентов, компании, московских, ночью",
        "tr": "fransa da, fransiz hastanesi, hastanesinden, hastasinin, icin, iddialari*, laboratuvarinin, musteri",
        "es": "filtracion, filtrados, los datos",
        "de": "daten von, im netz, labors",
        "ar": "المرضى من, عن",
    },
    Cue.DENIED: {
        "fr": "assure qu aucune, aucun vol, aucune donnee de, aucune donnee n, aucune exfiltration, "
        "aucune fuite, aucune intrusion, conteste, contrairement aux rumeurs, dement, demente, dementent, "
        "dementi, dementir, fausse information, infonde*, n a ete constatee, n a ete volee, n a fuite, "
        "n a pas ete pirate, n a pas fuite, n est pas concerne, n ont pas ete compromis, n ont pas fuite, "
        "ne provient pas, ne sont pas concernes, ne viennent pas, ne vient pas, nie, nient, pas de vol, "
        "pas ete piratee, pas ete voles, pas eu de vol, refute*",
        "en": "calls the posted, denied, denies, deny, do not come from, does not come from, false claims, "
        "has not been hacked, is not theirs, no breach, no data was, no evidence that, no patient data, "
        "no sign of, not affected, not come from our, not compromised, refutes, rejected, rejects, "
        "unfounded, was not hacked, was not stolen, were not breached, were not stolen",
        "ru": "в безопасности, ложн*, не было утечки, не взломан*, не подтвер*, недостоверн*, опроверг*, "
        "отрица*, утечки не, фейком",
        "tr": "asilsiz, calinmamistir, dogru degil, gercegi yansitma*, gercek disi, olmadigi, reddediyor, "
        "reddetti, sizinti yok, soz konusu degil, yalanla*",
        "es": "desmiente, desmienten, niega, niegan, no ha sufrido, rechaza",
        "de": "bestreiten, bestreitet, dementier*, keine daten, weist zuruck",
        "ar": "تنفي, غير صحيح, لا صحة, نفت, نفى, ينفي",
    },
    Cue.OPEN: {
        "fr": "a ce jour, a ce stade, activite suspecte, aucune cause, aucune confirmation, "
        "aucune confirmation de fuite, aucune fuite de donnees, aucune rancon, delestees, "
        "fuite possible non confirmee, mode degrade, pas de fuite, pas de fuite de donnees, "
        "pas de fuite de donnees constatee, pas de vol de donnees, reportees, retour a la normale, "
        "sans confirmation, sans confirmation de fuite, sont reportees, sur papier",
        "en": "at this stage, no confirmation, no evidence of, no evidence of a leak, no evidence of data theft, "
        "no evidence of theft, no indication, no indication of a breach, no sign of data, so far, "
        "under investigation whether, yet to be",
        "ru": "парализовала, перенесены, пока не",
        "tr": "ertelendi, henuz",
    },
    Cue.APART: {
        "fr": "a disposition des patients, alternance, anonymis*, appel d offres, atelier, attention aux faux, "
        "bonnes pratiques, bons gestes, cdd, cdi, certifiee, charte, collecte, colloque, comment exporter, "
        "conference, conseils, depistage, donnez votre sang, dossier pedagogique, en prevention, "
        "equipe recrute, etude sur, exercice, exercices, faux mail*, faux sms, finess, formation, forme, "
        "formes, frauduleux, guide pratique, hameconnage, inauguration, inaugure, les lecons, logement, "
        "mail frauduleux, met gratuitement, mettent a disposition, mysqldump, n ouvrez pas, "
        "ne cliquez pas, non anonymes, nouveaux medecins, offre d emploi, open data, phishing, "
        "poste a pourvoir, poste de, prevention, que faire, recherche des volontaires, "
        "recherche infirmier*, recherche secretaire, recommandations, recrute, recrutement, remplacement, "
        "replay, rgpd, seminaire, sensibilisation, simulacre, simulation, soutenance, stage, "
        "test d intrusion, tuto, tutoriel, volontaires, webinaire",
        "en": "anonymised, anonymized, awareness, best practices, beware of, checkup, course, courses, drill, "
        "exercise, exercises, fake invoices, finess, hiring, how to, how to restore, in order, internship, "
        "job, jobs, migration, monitoring, open license, opens a new, parse, phishing, raising money, "
        "recruiting, registration, release notes, simulated, tabletop, tabletop exercise, tips, training, "
        "tutorial, vacancy, wanted, we are hiring, webinar, what is, why hospitals",
        "ru": "вакансии, вакансия, курс*, мошенники рассылают, не вводите, обучени*, осторожно, прием анализов, "
        "рассылают, скидки на, совет*, тендер, учения, фишинг*",
        "tr": "egitim*, ise alinacak, kampanya*, kariyer, kurs, oltalama, sahte e, seminer, sifrenizi, tarama*, "
        "tatbikat*, tiklamayin, ucretsiz tahlil",
        "es": "contrata, empleo, formacion, inaugura, simulacro",
        "de": "cyberubung, eroffnet, schulung, stelle, sucht, ubung",
        "ar": "تدريب, تمرين, وظايف, يفتتح",
    },
    Cue.GOODS: {
        "fr": "abonnement, appareil, base de loisirs, cabinet medical, catalogue, chiffre d affaires, "
        "consultation, don de sang, etang, fauteuil, gants, hectares, irm, lit, lits, loyer, machine, "
        "masques, materiel, ordinateurs, patientele, pharmacie a vendre, poches, scanner, vaccination, velo",
        "en": "beds, bike, checkup, machine, meds, prescription free, scanner, ultrasound, wheelchairs",
        "ru": "аппарат*, коляск*, кровать, мебель, скидки, томограф*",
        "tr": "cihaz*, kan bagisi, tibbi cihaz, yatagi",
        "es": "aparato, cama",
        "de": "bett, gerat",
    },
}

# Leaks of other things; blanked out before anything is read.
NOT_A_LEAK = (
    r"fuites? d(?:e |')(?:eau|gaz|memoire|huile|cerveaux|carburant|toit)\w*|fuite (?:memoire|urinaire)|"
    r"fuite des (?:medecins|cerveaux|talents|infirmi\w+|soignants)|"
    r"(?:memory|water|gas|oil|roof) leaks?|leaks? (?:memory|water)|утечк\w* (?:памяти|воды|газа)|"
    r"(?:bellek|su|gaz) (?:sizinti|kacagi)\w*|fuga de (?:agua|gas)|gasleck|wasserleck"
)
