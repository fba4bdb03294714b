# shellcheck shell=sh
# Which image the manifests are to run, from --registry and --image.

image_in_manifests=ai-doc-backend

choose_image() {
    image_name='' image_tag='' image_digest=''
    [ -n "$registry$image" ] || return 0
    case $registry$image in *[!A-Za-z0-9._/:@-]*) usage_error "not the name of an image: ${registry:+$registry/}$image" ;; esac
    registry=${registry%/}
    case $registry in
        *://*) usage_error "--registry $registry: without ${registry%%://*}://" ;;
        *@*) usage_error "--registry $registry: not a registry" ;;
    esac
    [ -z "$registry" ] || ! names_registry "$image" ||
        usage_error "--image $image names a registry already: leave out --registry"
    split_image "${registry:+$registry/}${image:-$image_in_manifests}"
}

# names_registry IMAGE: as Docker decides it, by the part before the first slash.
names_registry() {
    case $1 in
        */*) case ${1%%/*} in localhost | *[.:]*) return 0 ;; esac ;;
    esac
    return 1
}

# The part behind the last colon is a tag only if no slash follows: registry:5000/name has none.
split_image() {
    image_name=$1
    case $image_name in
        *@*)
            image_digest=${image_name#*@}
            image_name=${image_name%%@*}
            case $image_digest in sha256:?*) ;; *) usage_error "--image $image: after @ comes sha256:..." ;; esac
            ;;
    esac
    case ${image_name##*/} in
        *:*)
            image_tag=${image_name##*:}
            image_name=${image_name%:*}
            ;;
    esac
    case $image_name:$image_tag in
        :* | */:*) usage_error "--image $image: not the name of an image" ;;
    esac
}
