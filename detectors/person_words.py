"""Words that make a person's name likely or impossible, in folded form. Written for this program, from no list."""

# First names borne in France, of every age and origin.
FIRST_NAMES = frozenset(
    """
    aaron abdel abdelkader abdellah abdou abel abigail achille adam adama adel adele adeline adrien adrienne agathe
    agnes ahmed ahmet aicha aime aimee aissa aissatou alain alan alban albane albert alberte albertine aleksandr
    alex alexandra alexandre alexei alexia alexis alfred ali alice alicia alienor aline alison alix alphonse amadou
    amael amandine ambre ambroise amelie amin amina amine amira anais anas anastasia anatole andre andrea andree
    andrei ange angela angele angelina angeline angelique anita ann anna annabelle anne annette annick annie anouk
    anselme anthony antoine antoinette antonia antonin antonio apolline ariane arlette armand armande armel armelle
    arnaud arsene artem arthur assia astrid aubin aude audrey auguste augustin augustine aurelia aurelie aurelien
    aurore axel axelle aya aylin aymeric ayoub ayse baptiste barbara basile bastien baudouin beatrice ben benedicte
    benoit berangere bernadette bernard berthe bertrand bianca bilal blaise blanche blandine boris boubacar brahim
    brice brigitte bruno camelia camille candice capucine carine carla carlos carmen carole caroline catherine
    cecile cecilia cedric celeste celestin celestine celia celine chaima chantal charlene charles charlie charline
    charlotte chloe christel christelle christian christiane christine christophe claire clara clarisse claude
    claudette claudia claudie claudine clea clemence clement clementine clothilde clotilde clovis colette coline
    colombe constance constant constantin coralie corentin corinne cyprien cyrielle cyril cyrille dalila damien
    daniel daniela daniele danielle danny daphne david davy deborah delphine denis denise desire desiree diana diane
    didier dimitri dina djibril dmitri dominique donatien dora dorian doriane dorothee dounia dylan eddy edgar edith
    edmond edmonde edouard edwige ekaterina elena eleonore eliane elias elie eline elisa elisabeth elise ella elliot
    elodie eloi eloise elsa elvire elyes emeline emeric emile emilie emilien emilienne emma emmanuel emmanuelle emre
    enora enzo eric erika ernest ernestine erwan erwann esteban estelle esther ethan etienne eugene eugenie eva evan
    eve eveline evelyne ewen fabian fabien fabienne fabrice fadila fanny farah farid farida fatih fatiha fatima
    fatma fatou fatoumata faustine felicie felicien felicite felix ferdinand fernand fernande fernando fiona firmin
    flavie flavien fleur flora flore florence florent florentin florian floriane florine fouad francine francis
    franck francois francoise frank fred frederic frederique gabin gabriel gabriela gabrielle gael gaelle gaetan
    gaetane gaspard gaston gatien genevieve geoffrey geoffroy george georges georgette gerald geraldine gerard
    germain germaine ghislain ghislaine gilbert gilberte gildas gilles gina ginette giovanni gisele giulia giuseppe
    gladys gloria gregoire gregory guenole guillaume gustave guy guylaine gwenael gwenaelle gwendoline habib hadrien
    hakim halima hamid hamza hanna hannah hans harmonie harry hasan hassan hassane hayat hedi hedwige helena helene
    heloise henri henriette herbert hermine herve hichem hilaire hippolyte honore honorine hortense houria hubert
    hugo hugues huguette huseyin ibrahim ibrahima ida ievgueni ignace igor ikram ilan ilana ilham iliana ilyes imane
    ines ingrid irene irina iris irma isaac isabella isabelle isaure ismael ivan jacinthe jacky jacob jacqueline
    jacques jade jamal james jamila jane janine jasmine javier jawad jean jeanine jeanne jeannette jeannine jennifer
    jeremie jeremy jerome jessica joachim joan joanna joanne joao jocelyn jocelyne joel joelle joey johan johanna
    john johnny jonas jonathan jordan jorge joris jose josee joseph josephe josephine josette joshua josiane
    josselin josseline joyce juan judith jules julia julian juliana julie julien julienne juliette june justin
    justine kader kamel karelle karen karim karima karine karl katia kelly kenza kevin khadidja khadija khaled
    killian ksenia kylian laetitia lambert lamia lana lara larissa laura laure laureen laurence laurent laurie
    laurine lea leana leandre leane leila lena leo leon leona leonard leonie leonore leontine leopold leslie lila
    lilia lilian liliane lilou lily lina line lionel lisa lise lison livia loic lois lola lorena lorenzo loris lou
    louane loubna louis louisa louise louka louna luc luca lucas luce lucette lucia lucie lucien lucienne lucile
    lucille lucrece ludivine ludmila ludovic luigi luis luna lya lydia lydie lyna madeleine madeline mael maelie
    maeline maelle maelys maeva magali magalie magda magdalena mahaut mahdi mahmoud maia maissa maksim malek malika
    malo malory manel manoel manon manuel manuela mara marc marceau marcel marcelin marceline marcelle marcello
    marco margaux margot marguerite maria mariam mariama marianne marie marielle marilyn marilyne marin marina
    marine mario marion marius marjolaine marjorie marlene marthe martial martin martine marwa marwan maryam
    maryline maryse maryvonne mateo mathias mathieu mathilde mathis mathurin matteo matthias matthieu maud maude
    maureen maurice mauricette max maxence maxime maximilien maya mayline mehdi mehmet melanie melina meline melissa
    melodie melvin mercedes meriem meryem mia michael michel michele micheline michelle mickael miguel mikhail mila
    milan milo mireille miriam mohamed mohammed moise mona monia monique morgan morgane mounir mourad moussa murat
    muriel mustafa mustapha mylene myriam nabil nadege nadia nadine nadir nael naima naomie natacha natalia nathalie
    nathan nathanael nawel nelly nelson nestor nicolas nicole nicolette nikolai nils nina ninon noa noah noe noel
    noelie noelle noemie nolan nolwenn nora norbert nordine norma nour octave octavie odette odile odilon oksana
    oleg olga olive oliver olivia olivier omar ombeline ondine ophelie oriane orlane oscar oumar oumou owen ozlem
    pablo paloma pamela paola paolo pascal pascale pascaline patrice patricia patrick paul paula paule paulette
    paulin pauline pavel pedro perrine peter petra philibert philippe philippine philomene pierre pierrette pierrick
    pilar priscilla priscille prosper quentin quitterie rabah rachel rachid rachida radia ramon raoul raphael
    raphaelle raymond raymonde rebecca regine regis reine rejane remi remy renaud rene renee ricardo richard rita
    robert roberte roberto robin roch rodolphe rodrigue roger roland rolande romain roman romane romeo romuald romy
    ronan rosa rosalie rosalind rose roseline rosemonde rosine roxane ruben rudy ruth sabine sabri sabrina sacha
    said saida salah salif salim salima salma salome salvador sami samia samir samira samuel samy sandie sandra
    sandrine sandy sara sarah sasha saturnin savannah sebastien segolene selena selin selma seraphin seraphine
    serena serge sergei severin severine shana sheila sidonie silvia simeon simon simone slimane sofia sofiane
    solange solene solenn soline solveig sonia sophia sophie soraya souad soufiane stan stanislas stella stephane
    stephanie steve steven suzanne suzette suzie suzy sven svetlana sybille sylvain sylvaine sylvette sylvia
    sylviane sylvie tahar tanguy tania tara tarik tatiana teddy telma teo teresa tess tessa thais thea thelma theo
    theodore theophile therese thibaud thibault thibaut thierry thiphaine thomas tiago tim timeo timothe timothee
    tiphaine titouan tom tomas tony toussaint tristan ulrich ulysse urbain ursule valentin valentina valentine
    valere valeria valerie valery vanessa vera veronique vianney vicente victoire victor victoria victorine vincent
    violaine violette virgil virgile virginie vivian viviane vivien vladimir wafa walid walter wanda warren wassim
    wendy wilfrid wilfried william willy xavier yacine yael yan yanis yann yannick yannis yasmina yasmine yassin
    yassine yoan yoann yohan yohann yolande youcef younes youri youssef ysaline yulia yusuf yvan yves yvette yvon
    yvonne zacharie zahra zakaria zara zehra zelie zeynep zineb zita zoe zohra александр александра алексей
    анастасия андрей анна артем валентина виктор владимир дмитрий евгений екатерина елена иван игорь ирина ксения
    лариса людмила максим марина мария михаил наталья николай оксана олег ольга павел светлана сергей татьяна юлия
    """.split()
)
# Words of everyday use, places and brands among them: in small letters they say nothing of a person.
EVERYDAY_FIRST_NAMES = frozenset(
    """
    adam aime aimee alex ali ambre ange angele ben bernard blaise blanche brice camille capucine charlie claire
    clement colombe constance constant desire desiree diane dora elle eve felicite fleur flore florence france
    franck frank fred grace guy harmonie honore hortense ida iris jacob jade jasmine jean joan joie jordan june
    lambert lana leon lina line lisa lise lou luce luna marc marie marin marina marine martial martin max maxime
    maya melodie mila milan milo mona nelson noel norma olive oliver oscar paloma pascal paule peter pierre pilar
    prosper reine rita robert robin roman romane rosa rose said salah sandy sara stan stella tara tim tom tony
    toussaint urbain vera victoire victor violette vivian will
    """.split()
)
SURNAMES = frozenset(
    """
    adam andre antoine arnaud arslan aubert aubry aydin bailly barbier baron barre barthelemy benard benoit berger
    bernard bertin bertrand besson blanc blanchard boucher bouchet boulanger bourgeois bouvier boyer breton brun
    brunet caron carpentier carre celik charles charpentier chevalier chevallier clement colin collet collin cordier
    cousin da daniel david delaunay demir denis deschamps diallo dogan dubois dufour dumas dumont dupont dupuis
    dupuy durand duval etienne evrard exemple fabre faure fernandez ferrand fleury fontaine fournier francois
    gaillard garcia garnier gauthier gautier gay gerard germain gilbert gillet girard giraud gomez gonzalez grondin
    guerin guillaume guillot guyot hamon henry herve hubert huet humbert jacob jacquet jean joly julien kaya klein
    lacroix lambert langlois laurent lebrun leclerc leclercq lecomte lefebvre lefevre leger legrand lejeune lemaire
    lemaitre lemoine leroux leroy leveque lopez louis lucas mallet marchal marchand marechal marie martin martinez
    marty masson mathieu menard mercier meunier meyer michaud michel millet monnier moreau morel morin moulin muller
    nguyen nicolas noel olivier ozturk paris payet pelletier pereira perez perret perrier perrin perrot petit
    philippe picard pichon pierre poirier pons poulain prevost remy renard renaud renault rey reynaud riviere robert
    robin roche rodriguez roger rolland rousseau roussel roux roy royer sahin sanchez schmitt schneider simon tanguy
    tessier thomas traore vasseur vidal vincent weber yildiz yilmaz иванов иванова кузнецов кузнецова петров петрова
    сидоров сидорова смирнов смирнова
    """.split()
)
PARTICLES = frozenset("de du des d la le les l van von der den ben el al bin da do dos di el ep epouse et".split())

# Said before a person's name.
TITLES = frozenset(
    "m mr mrs mme mle mlle melle mlles mmes monsieur madame mademoiselle dr docteur docteure pr prof professeur maitre "
    "sieur sayin доктор господин госпожа".split()
)
# So too, but before other words as well: `patient data`, `client final`.
WEAK_TITLES = frozenset(
    "patient patiente assure assuree client cliente nom prenom beneficiaire infirmier infirmiere medecin prescripteur "
    "nommee nomme appelee appele hospitalise hospitalisee miss sir bay bayan пациент пациентка hasta".split()
)
BORN = frozenset("ne nee ne(e) born naissance dob ddn родился родилась dogum dogumlu".split())

# What organisations are called by: the words behind one of these are its name, not a person's.
ORGANISATION_WORDS = frozenset(
    """
    agence allee ars association assurance avenue bio biogroup biolab biologie boulevard cabinet caisse
    campus care center centre centro ch chemin chi chr chru chs chu clinic clinique cliniques cnam
    college commune company corp cpam ctre departement dialyse ecole editeur ehpa ehpad esat eurl faculte
    fondation foundation foyer gare gh ght gmbh group groupe groupement had hastane hastanesi health
    healthcare hopital hopitaux hospital hospitalier hospitaliere hospitaliers hospitals imagerie ime impasse inc
    institut institute klinigi klinik lab labo laboratoire laboratoires laboratories laboratory laboratuvari labos
    labs lbm llc logiciel ltd lycee mairie maison mapad medical medicale ministere musee mutuelle mutuelles officine
    parc pharmacie pharmacies pharmacy place pole polyclinique prefecture quai radiologie reseau residence rue sa
    sante sarl sas scm scp sel selarl selas service services societe software solutions ssiad ssr stade station
    systemes systems technologies unite universite university usld ville больница больницы клиника клиники
    лаборатории лаборатория центр
    """.split()
)
# So short that they are organisations only in capitals: `à sa demande`, `SA Fontarèche`.
SHORT_ORGANISATION_WORDS = frozenset("sa sas sel scp scm ime had ars inc bio ltd ssr esat chi chs".split())
# Written with a capital without being a name: the first words of sentences, headings, months, what sellers write.
NO_NAMES = frozenset(
    """
    7z a ad address adeli admin administrateur adresse adresses age ainsi all alors an and any aout apres april are
    as at attention au august aussi aux avant avec avez avis avril base bases bic bir birth bonjour bonsoir btc bu
    but buy by c car cas ce cela ces cet cette chaque cher chere chez ci client clients code com comme comment
    commentaire commentaires contact contactez cordialement cp create csv d dans data date de december decembre
    depuis des diagnostic dimanche dm do dob docteur donc donnees dossier dossiers dr du dump east elle elles email
    emails en end entre environ envoi est et etait ete eth eur euro euros extrait fait faites false fax february
    fevrier fichier fichiers file files finess fixe fiyat for francais francaise france free french fresh friday
    from full fw fwd g gb gender get go good groupe hasta hastalar have hello here his how html http https i iban
    ici icin id il ile iletisim ils important in info infos insert into ipp is it its j january janvier je jeudi
    json juillet juin july june l la le leak leaks les leur lien ligne lignes line lines link list liste login lot
    lots lundi madame mai mail mails mais march mardi mars mb mdp medecin medecins merci mercredi mes
    message mi mme mo mobile moi mon monday monsieur more mp mr mutuelle n naissance name names nb nda ne net new
    news nir no nom noms non none north nos not note notes notre nous nouveau nouvelle november novembre null num
    numero objet observation observations october octobre of ok on onion or org ou oui our par pas pass
    password patient patiente patients phone phones php plus pm point portable postal pour pourquoi premier prenom
    prescripteur preuve preuves price prix proof proofs ps puis pv quand que quel quelle qui rar re read record
    records row rows rpps s sa samedi sample samples sanguin sans satilik saturday se secu select sell selling selon
    september septembre server service ses sex sexe si siren siret so soit son sont sous sql sud sujet sunday
    support sur ta table te tel telephone tels thanks the their they this thursday to total tous tout toute toutes
    traitement true tu tuesday tél un une update updated urgent usd usdt user values ve vend vendre vendredi vends
    vente veri vers version via ville voici voila vos votre vous we wednesday what when who why with www x xlsx xmr
    y you your zip база базы в данные для за и из имя к как контакт на не о от пациентов пациенты по продам продаю с
    слив телефон у фамилия цена что это
    """.split()
)
