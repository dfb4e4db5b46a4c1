# Ce que les commandes disent aux personnes. Les programmes lisent du JSON, qui ne change pas.

command-yes = oui
command-no = non
command-none = aucun
command-never = jamais
command-password-set = Le mot de passe est défini. Les sessions et les appareils de confiance ont pris fin.
command-account-unlocked = Le compte est débloqué : plus de pause, les codes fonctionnent à nouveau, les appareils de confiance ont pris fin.
command-account-disabled = Le compte est désactivé. Ses sessions et ses appareils de confiance ont pris fin.
command-account-enabled = Le compte peut se connecter à nouveau.
command-account-made = Le compte { $identifiers } est créé dans { $realm }.
command-account-unreachable = Il n’a ni e-mail ni téléphone : une connexion qui demande un code sera refusée.
command-administrator-without-phone = Un administrateur sans téléphone reçoit ses codes par e-mail, ce qui n’est pas proposé aux autres : qui peut lire cette boîte entre avec le seul mot de passe. Ajoutez un téléphone avec `countersign account reset-second-factor --phone`.
command-more-accounts = Il y en a d’autres ; précisez avec --realm ou --search.
command-state-disabled = désactivé depuis le { $since }
command-state-paused = en pause jusqu’au { $until }
command-state-codes-off = codes désactivés depuis le { $since }
command-state-new-password = nouveau mot de passe demandé depuis le { $since }
command-state-open = ouvert
command-column-realm = DOMAINE
command-column-identifiers = IDENTIFIANTS
command-column-name = NOM
command-column-role = RÔLE
command-column-state = ÉTAT
command-column-last-login = DERNIÈRE CONNEXION
command-column-what = QUOI
command-column-delivery = REMISE
command-column-detail = DÉTAIL
command-column-when = QUAND
command-column-channel = CANAL
command-column-to = VERS
command-column-attempts = ESSAIS
command-column-provider = PRESTATAIRE
command-column-provider-id = ID DU PRESTATAIRE
command-column-outcome = RÉSULTAT
command-column-trigger = DÉCLENCHEUR
command-column-enabled = ACTIVÉ
command-column-holds = VRAI
command-column-fires = DÉCLENCHE
command-column-compared = COMPARÉ
command-column-login-id = IDENTIFIANT
command-column-password = MOT DE PASSE
command-fact-realm = domaine
command-fact-identifiers = identifiants
command-fact-name = nom
command-fact-id = id
command-fact-source = source
command-fact-role = rôle
command-fact-state = état
command-fact-email = e-mail
command-fact-phone = téléphone
command-fact-second-factor = second facteur activé
command-fact-last-second-factor = dernier second facteur
command-fact-code-failures = codes faux de suite
command-fact-failures = connexions échouées depuis la dernière
command-fact-devices = appareils de confiance
command-fact-last-login = dernière connexion
command-fact-password-set = mot de passe défini
command-fact-made = créé
command-fact-account = compte
command-fact-mode = mode
command-fact-choice = selon Web+Center
command-fact-applies = second facteur demandé
command-fact-working = canaux avec un prestataire
command-fact-here = ici
command-fact-sealed-as = scellée comme
command-fact-differs = différences
command-fact-next-start = au prochain démarrage
command-policy-not-asked = Autorisé : le mot de passe suffit, car on ne demande pas de second facteur à ce compte.
command-policy-quiet = Autorisé : le mot de passe suffit, car aucun déclencheur activé ne se déclenche.
command-policy-challenge = Code demandé ({ $reasons }) ; il peut aller à { $destinations }.
command-or = ou
command-policy-refuse-no-destination = Refusé : un code est nécessaire (no-destination), et il n’y a aucun moyen de l’envoyer.
command-policy-refuse-factor-disabled = Refusé : un code est nécessaire (factor-disabled), et les codes sont désactivés pour ce compte après trop de codes faux : `countersign account unlock`.
command-but-disabled = Mais le compte est désactivé depuis le { $since } : `countersign account enable`.
command-but-paused = Mais des mots de passe faux le mettent en pause jusqu’au { $until } : `countersign account unlock`.
command-in-realm = { $identifiers } dans { $realm }
command-adopt-warning = Des messages partiront d’ici en tant que { $environment } à { $url }, et peuvent coûter de l’argent. Tout le monde devra se reconnecter.
command-adopt-question = Pour continuer, tapez le nom de l’environnement ({ $environment }) :
command-refused-adopt = ce n’est pas son nom ; rien n’a été changé
command-adopted = La base de données est scellée comme { $environment } à { $url }.
command-adopt-voided = Terminés : { $sessions } sessions, { $devices } appareils de confiance, { $logins } connexions, { $challenges } codes. Abandonnés : { $messages } messages.
command-adopt-noticed = Un service en marche s’en aperçoit en moins d’une demi-minute.
command-refused-never-used = la base de données n’a jamais servi ; le premier démarrage la scelle
command-seal-ours = scellée pour cette installation
command-seal-quarantine = QUARANTAINE : aucun message ne part
command-seal-at = { $environment } à { $url }
command-seal-same = aucune
command-seal-goes-on = continue telle quelle
command-seal-adopt = `countersign seal adopt` donne la base de données à cette installation. D’ici là, tous les messages vont à /outbox.
command-doubt-clock-back = l’horloge retarde de plusieurs minutes sur ce que cette base a vu en dernier : tout le monde devra se reconnecter ; laissez NTP régler l’horloge
command-doubt-foreign = cette base de données a été scellée par une autre installation : tout ce qui y était ouvert est annulé
command-doubt-lent = une autre installation a ouvert cette base entre-temps : tout le monde devra se reconnecter
command-doubt-moved = cette base sort d’une sauvegarde : tout le monde devra se reconnecter
command-doubt-older = une copie plus ancienne a pris la place de cette base : tout le monde devra se reconnecter
command-doubt-unknown = cette installation n’a aucune trace de cette base (son fichier d’époque) : tout le monde devra se reconnecter
command-copied = Copié dans { $file }. Gardez-le à part de la clé, sans laquelle il ne sert à rien.
command-restored = { $file } est en place. Tout le monde devra se reconnecter, avec un code là où il est demandé.
command-kept-aside = Ce qui s’y trouvait avant est conservé sous { $file }.
command-audit-entries =
    { $entries ->
        [one] { $entries } entrée.
       *[other] { $entries } entrées.
    }
command-audit-whole =
    { $entries ->
        [one] Rien n’a été changé : { $entries } entrée.
       *[other] Rien n’a été changé : { $entries } entrées.
    }
command-audit-earlier =
    { $entries ->
        [one] { $entries } entrée plus ancienne date d’avant l’adoption de la base sous cette clé, et ne peut pas être vérifiée avec elle. Ce qui a été exporté avant peut l’être, avec la clé d’alors.
       *[other] { $entries } entrées plus anciennes datent d’avant l’adoption de la base sous cette clé, et ne peuvent pas être vérifiées avec elle. Ce qui a été exporté avant peut l’être, avec la clé d’alors.
    }
command-audit-waiting =
    { $entries ->
        [one] { $entries } entrée plus récente n’a pas encore sa place dans la chaîne ; un service en marche la lui donne en quelques secondes.
       *[other] { $entries } entrées plus récentes n’ont pas encore leur place dans la chaîne ; un service en marche la leur donne en quelques secondes.
    }
command-audit-changed = MODIFIÉ à { $place } : { $why }.
command-factor-reset = Le second facteur est réinitialisé : les codes fonctionnent à nouveau ; les sessions et les appareils de confiance ont pris fin.
command-password-unchanged = Le mot de passe est inchangé : si quelqu’un d’autre peut le connaître, lancez `countersign account set-password`.
command-codes-go-to = Les codes peuvent aller à : { $destinations }.
command-codes-go-nowhere = Il n’a plus ni e-mail ni téléphone : une connexion qui demande un code sera refusée.
command-export-hashes = Ce fichier contient les empreintes des mots de passe : qui le possède peut essayer des mots de passe sans limite. Supprimez-le quand les comptes sont transférés.
command-import-not-made = ligne { $line } : { $who } : NON CRÉÉ : { $why }
command-import-made =
    ligne { $line } : { $who } : { $dry ->
        [yes] serait créé
       *[no] créé
    }{ $administrator ->
        [yes] , ADMINISTRATEUR
       *[no] {""}
    }{ $without ->
        [password] , sans mot de passe
        [destination] , sans e-mail ni téléphone
        [both] , sans mot de passe, e-mail ni téléphone
       *[nothing] {""}
    }
command-import-summary =
    { $made } { $made ->
        [one] compte
       *[other] comptes
    } { $dry ->
        [yes] à créer
       *[no] créés
    }, { $failed } non.
command-import-silent = Sans mot de passe : { $accounts }. Personne ne peut s’y connecter avant `countersign account set-password`.
command-import-verified = Les adresses e-mail et les téléphones d’un import comptent comme vérifiés : qui le lance s’en porte garant.
command-refused-no-terminal = il n’y a pas de terminal pour demander un mot de passe : utilisez --password-file FICHIER, ou -
command-ask-password = Mot de passe :
command-ask-password-again = Le même mot de passe encore une fois :
command-refused-passwords-differ = les deux mots de passe diffèrent ; rien n’a été changé
command-refused-empty-line = la première ligne, où le mot de passe devrait être, est vide
command-refused-no-provider = aucun prestataire de { $channel } n’est configuré : ajoutez-en un dans [providers.…]
command-refused-no-working-provider = aucun prestataire de ce canal ne fonctionne ; rien n’a été envoyé
command-price = prix : { $price }
command-nothing-sent = Rien n’a été envoyé. Avec --send, un vrai message part, et vous retapez son code.
command-ask-code = Le code du message :
command-refused-no-code = aucun code n’a été retapé : on ne sait pas si le message est arrivé
command-delivery-right = Exact. Les messages par { $channel } arrivent.
command-code-unchecked = { $provider } n’a pas pu être interrogé sur ce code ; tapez-le de nouveau.
command-answer-call = Répondez et appuyez sur une touche. Le code est donné par le service en marche : démarrez-le d’abord.
command-not-a-code = Un code a six chiffres.
command-refused-code-not-typed = le code n’a pas été retapé ; relancez le test
command-wrong-code =
    Ce n’est pas le code ; { $tries ->
        [one] { $tries } essai restant
       *[other] { $tries } essais restants
    }.
command-provider-works = { $provider } : fonctionne
command-provider-does-not = { $provider } : ne fonctionne pas : { $why }
command-provider-took = { $provider } a pris le message pour { $to }.
command-parts =
    { $parts ->
        [one] { $parts } partie
       *[other] { $parts } parties
    }, { $encoding }
command-demo-runs = Countersign tourne en démonstration. Il n’envoie rien, et oublie tout quand il s’arrête (Ctrl-C).
command-demo-sign-in = Connexion
command-demo-messages = Messages
command-refused-exists = { $file } existe déjà ; rien n’a été changé
command-refused-first-realm = le premier administrateur est dans internal ou external
command-written = Écrits : { $config } et { $key }.
command-administrator-made = L’administrateur { $identifiers } est créé dans { $realm }.
command-next = Ensuite :
command-next-key = Gardez une copie de la clé, à part des copies de la base de données.
command-next-settings = Dans { $config } : nommez le site, ajoutez un prestataire, et choisissez une politique pour chaque domaine.
command-ask-public-url = Adresse publique, par exemple https://login.example.com :
command-refused-no-public-url = --public-url manque
command-refused-public-url = l’adresse publique est https://HÔTE, avec le port s’il en faut un (http seulement pour cette machine elle-même)
command-ask-login-id = L’identifiant de l’administrateur :
command-refused-no-identifier = --identifier manque : ce que l’administrateur tape pour se connecter
command-ask-name = Le nom de l’administrateur :
command-ask-email = Adresse e-mail pour les codes (vide pour aucune) :
command-ask-phone = Téléphone pour les codes, avec + (vide pour aucun) :
command-refused-no-name = --name manque : le nom de l’administrateur
command-the-environment = l’environnement
command-check-clock = { $now } est antérieur à l’installation de ce programme ({ $installed }) : réglez l’horloge, et laissez NTP la tenir
command-check-no-file = { $file } n’existe pas encore ; `countersign init` ou le premier démarrage le crée
command-check-database = { $url } : { $why } ; vérifiez server.database, et qu’elle peut être lue et écrite
command-check-database-clock = la base de données dit { $clock } : laissez NTP régler les deux horloges
command-check-clock-agrees = d’accord avec la base de données
command-check-seal = la base de données a été scellée comme { $environment } à { $url }, ou avec une autre clé : elle démarrerait en quarantaine et n’enverrait rien
command-check-no-account = il n’y en a pas encore, donc personne ne peut se connecter : `countersign account add`
command-check-provider = { $provider } fonctionne ({ $facts })
command-check-provider-fault =
    { $provider } : { $why } ; { $remedy ->
        [network] vérifiez le réseau, puis l’adresse
       *[credentials] corrigez les identifiants ou l’expéditeur
    } dans [providers.{ $provider }]
command-check-fault = défaut
command-check-ok = ok
command-check-warning = avertissement
command-column-source = SOURCE
command-column-says = DIT
command-fact-external-id = id dans l’annuaire
command-fact-groups = groupes
command-fact-confirmed = confirmé par l’annuaire
command-state-refused = refusé par { $source } : { $why }
command-but-refused = Mais l’annuaire { $source } l’a refusé la dernière fois qu’on lui a demandé : { $why }.

# delivery providers, receipts, resume
command-column-channels = CANAUX
command-column-address = ADRESSE
command-provider-state-works = fonctionne
command-provider-rests = au repos jusqu’à { $until } ({ $cause }, depuis { $since })
command-receipts-none = Aucun fournisseur configuré n’a besoin d’une adresse pour ses accusés de réception.
command-receipts-secret = Quiconque connaît une adresse peut prétendre qu’un message est arrivé. Indiquez-la au fournisseur et ne la montrez à personne.
command-resumed = Les SMS partent de nouveau vers { $to }. Le fournisseur peut encore les retenir tant que la personne n’a pas répondu START.
command-refused-not-suspended = ce numéro n’est pas suspendu ; rien n’a été modifié

# account send-password-link
command-link-elsewhere = Le mot de passe de ce compte est dans son annuaire. Un message qui le dit est en route ; changez-le là-bas.
command-link-sent = Le message est en route. Son lien sert une fois, pendant 30 minutes ; le second facteur ne change pas.
command-refused-link-disabled = le compte est désactivé ; activez-le d’abord
command-refused-link-limited = ce compte a déjà reçu assez de messages ; le dernier lien reste valable, ou réessayez plus tard
command-refused-link-no-address = le compte n’a pas d’adresse e-mail vérifiée ; choisissez un mot de passe avec « account set-password »
command-refused-account-gone = le compte n’existe plus
command-column-directory = ANNUAIRE
command-column-servers = SERVEURS
command-column-realms = DOMAINES
command-directory-none = Il n’y a pas d’annuaire. Ajoutez [directories.NOM] à la configuration.
command-directory-failed = ÉCHEC
command-directory-noted = note
command-directory-passed = ok
command-refused-which-directory = il y a plusieurs annuaires : dites lequel avec --directory NOM
command-refused-no-such-directory = cet annuaire n’existe pas : countersign directory list montre ceux qui existent
command-refused-steps-failed = { $count ->
    [one] { $count } étape de l’essai a échoué
   *[other] { $count } étapes de l’essai ont échoué
}
command-enrolment-code-until = Il sert une fois, jusqu’à { $until }, et ne sera plus affiché ; un code précédent n’est plus valable.
command-enrolment-code-whom = Ne le donnez qu’à la personne, que vous avez identifiée : avec lui et le mot de passe, n’importe qui peut se connecter.

# ce que les flux refusent, à une commande et dans le rapport d’un import
command-refused-no-trusted-device = ce compte n’a aucun appareil de confiance ; laissez --device de côté
command-refused-copy-by-postgres = une base de données PostgreSQL se copie avec le programme de PostgreSQL : { $command }
command-refused-restore-by-postgres = une base de données PostgreSQL se remet en place avec le programme de PostgreSQL : { $command }
command-refused-copy-exists = { $file } existe et ne sera pas écrasé ; nommez un autre fichier
command-refused-no-database = il n’y a pas de base de données à cet endroit : { $file }
command-refused-no-file = il n’y a pas de fichier { $file }
command-refused-database-in-use = la base de données est utilisée : arrêtez chaque Countersign qui l’utilise, puis réessayez
command-refused-foreign-database = { $file } n’est pas une base de données de Countersign
command-refused-aside-exists = { $file } existe et ne sera pas écrasé ; déplacez-le
command-refused-copy-damaged = { $file } est endommagé ({ $fault }) ; prenez une autre copie
command-refused-file-unreadable = le fichier ne peut pas être lu : { $why }
command-refused-quarantine = cette base de données appartient à une autre installation : rien n’est envoyé (quarantaine), sauf à ce que quarantine.allow énumère ; voyez `countersign seal status`
command-refused-no-route = aucune route et aucun expéditeur n’atteint le pays de ce numéro
command-refused-by-provider = { $provider } a refusé le message : { $why }
command-refused-identifiers = un compte a de 1 à 8 identifiants : ce que la personne tape pour se connecter
command-refused-name = un nom a de 1 à 120 caractères sur une ligne, sans marques qui inversent le sens du texte
command-refused-identifier = { $typed } : un identifiant a de 1 à 254 octets de lettres, de chiffres et de ponctuation, sans espaces (RFC 8265)
command-refused-email = une adresse e-mail ressemble à nom@example.com
command-refused-phone = un numéro de téléphone s’écrit avec + et l’indicatif du pays, comme +1 416 555 0123
command-refused-phone-kind = un code ne peut pas être envoyé à ce genre de numéro (satellite, surtaxé, gratuit, téléavertisseur)
command-refused-role = un rôle est administrator ou user
command-refused-taken = { $identifier } est déjà pris par un autre compte de { $realm }
command-refused-no-realm = il n’y a pas de domaine { $realm } ; il y a : { $realms }
command-refused-no-account = il n’y a pas de compte { $identifier } dans { $realm }
command-refused-password-in-directory = le mot de passe de ce compte est dans l’annuaire { $source }, et Countersign n’en garde aucun : changez-le là-bas
command-refused-password-elsewhere = le mot de passe de ce compte est gardé dans son annuaire
command-refused-country = phones.countries exclut le pays de ce numéro
command-refused-not-theirs = ce compte n’a rien de tel ({ $what })
command-refused-device-name = le nom d’un appareil a de 1 à 60 caractères sur une ligne
command-refused-enrolment-code = un code d’inscription est pour un compte sans e-mail ni téléphone, et celui-ci en a : si la personne les a perdus, lancez d’abord `countersign account reset-second-factor` avec --remove-phone ou --remove-email
command-refused-file-large = le fichier dépasse 32 Mio ; divisez-le
command-refused-file-long = le fichier a plus de { $most } comptes ; divisez-le
command-refused-file-empty = il n’y a aucun compte dans le fichier : la première ligne porte les en-têtes, chaque autre un compte
command-refused-file-utf16 = le fichier est en UTF-16 ; enregistrez-le en CSV et en UTF-8
command-refused-no-column = il n’y a pas de colonne { $column } ; il y a : { $columns }
command-refused-column-twice = la colonne { $column } est là deux fois
command-refused-column-missing = la colonne { $column } manque ; la première ligne nomme les colonnes
command-refused-line-encoding = la ligne { $line } n’est pas en UTF-8 ; enregistrez le fichier en CSV et en UTF-8
command-refused-line-fields = { $fields } champs pour { $columns } colonnes ; mettez entre guillemets un champ qui contient une virgule
command-refused-line-long = plus de 16 Kio ; il manque peut-être un guillemet
command-refused-line-realm = il appartient à un autre domaine que { $realm } ; importez-le avec --realm
command-refused-line-flag = { $column } est yes ou no
command-refused-line-twice = { $identifier } est déjà à la ligne { $line }
command-refused-import-broke-off = { $why } ; relancez l’import : ce qui a été créé est signalé comme pris
command-refused-hash-costly = l’empreinte du mot de passe demande trop de travail pour une connexion ({ $what }) ; laissez-la de côté et choisissez un nouveau mot de passe
command-refused-hash-damaged = l’empreinte du mot de passe est endommagée ou incomplète ; copiez le texte en entier
command-refused-hash-unknown = l’empreinte du mot de passe n’est d’aucun genre qui puisse être repris : argon2, scrypt et pbkdf2 en chaînes PHC ($…$), bcrypt ($2a$, $2b$, $2y$) et pbkdf2_sha256$… de Django
command-refused-hash-weak = l’empreinte du mot de passe est trop faible pour être gardée ({ $what }) ; laissez-la de côté et choisissez un nouveau mot de passe
